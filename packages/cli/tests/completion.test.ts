import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { shellWord } from '@rolecall/aws/shared-files'
import { expect, it } from 'vitest'
import { completionScript, shells } from '../src/completion/scripts.ts'
import { exitCodes } from '../src/exit-codes.ts'
import { writeKnownRoles } from '../src/roles/known-roles.ts'
import type { OfferedRole } from '../src/sources/source.ts'
import { inProcess } from './support/in-process.ts'
import { directoryWith } from './support/rolecall.ts'

const hostile = `evil $(touch pwned) \`id\` "q" 'x' \\z; ls`

function role(accountName: string | undefined, roleName: string, at = 0): OfferedRole {
  const accountId = String(123456789012 + at)
  return {
    roleArn: `arn:aws:iam::${accountId}:role/${roleName}`,
    ...{ accountId, accountName, roleName, partition: 'aws', keys: true },
    ...{ principalArn: undefined, region: undefined, consoleHref: undefined },
  }
}

/** A person's files: two connections, the roles of one, profiles. */
function person(roles: readonly OfferedRole[] = [role('prod', 'Admin'), role('prod', 'Read')]) {
  const folder = directoryWith({
    connections: `[${hostile}]\nprovider = Rolecall\nurl = https://a.example.com\n[default]\nprovider = Rolecall\nurl = https://b.example.com\n`,
  })
  mkdirSync(join(folder, '.aws'))
  writeFileSync(join(folder, '.aws', 'config'), '[default]\n[profile "a b"]\n[sso-session x]\n')
  writeFileSync(join(folder, '.aws', 'credentials'), '[saml]\n')
  const env = {
    HOME: folder,
    ROLECALL_CONFIG: join(folder, 'connections'),
    ROLECALL_STATE: join(folder, 'state'),
  }
  writeKnownRoles('default', { who: 'alice', roles }, env)
  const ask = async (...words: string[]) => {
    const { code, out, err } = await inProcess(['__complete', '--', ...words], '', env)
    expect([code, err]).toEqual([0, ''])
    const [kind, ...lines] = out.trimEnd().split('\n')
    return [kind, ...lines.map(line => line.split('\t')[0])]
  }
  return { folder, env, ask }
}

it.each<[string, string[], string[]]>([
  ['verbs', ['prof'], ['values', 'profiles']],
  ['verbs of a group', ['profiles', ''], ['values', 'sync']],
  ['options', ['profiles', 'sync', '--pre'], ['values', '--prefix']],
  ['options that are hidden', ['profiles', 'sync', '--idp'], ['values']],
  ['options of all verbs', ['profiles', '--he'], ['values', '--help']],
  ['choices', ['completion', 'f'], ['values', 'fish']],
  ['connections', ['profiles', 'sync', '-a', 'd'], ['values', 'default']],
  [
    'connections behind a sign',
    ['profiles', 'sync', '--connection=d'],
    ['values', '--connection=default'],
  ],
  ['what it holds', ['profiles', 'sync', '-a', 'efau'], ['values', 'default']],
  ['profiles', ['credentials', '--profile', ''], ['values', 'default', 'a b', 'saml']],
  ['files', ['serve', '-c', ''], ['files']],
  ['files as arguments', ['config', 'check', 'x'], ['files']],
  ['nothing', ['nonsense', 'more', ''], ['values']],
  ['nothing behind a switch', ['profiles', 'sync', '--diff=x'], ['values']],
  ['not itself', ['__c'], ['values']],
])('completes %s', async (_, words, expected) => {
  expect(await person().ask(...words)).toEqual(expected)
})

it('the whole list of verbs is that of the help', async () => {
  const [kind, ...verbs] = await person().ask('')
  const { out } = await inProcess(['--help'])
  expect(kind).toBe('values')
  expect(verbs.length).toBeGreaterThan(10)
  for (const verb of verbs) expect(out).toMatch(new RegExp(`^ {2}${verb} `, 'm'))
})

it('a role whose name or account would be more than a word is offered as a word', async () => {
  const roles = [
    role('$(touch pwned)', 'Ops', 1),
    role('a b', 'Ops', 2),
    role(undefined, 'x=,.@-', 3),
  ]
  const { lookUpIn } = await import('../src/completion/look-up.ts')
  const { env } = person(roles)
  const found = await lookUpIn(env)('role', { current: '', connection: undefined })
  expect(found.map(({ value }) => value).sort()).toEqual([
    '123456789013/Ops',
    '123456789014/Ops',
    '123456789015/x=,.@-',
  ])
})

it('many roles are completed account by account', async () => {
  const roles = Array.from({ length: 200 }, (_, at) => role(`acc${at % 4}`, `Role${at}`, at % 4))
  const { lookUpIn } = await import('../src/completion/look-up.ts')
  const { env } = person(roles)
  const ask = async (current: string) =>
    (await lookUpIn(env)('role', { current, connection: undefined })).map(({ value }) => value)
  expect(await ask('a')).toEqual(['acc0/', 'acc1/', 'acc2/', 'acc3/'])
  expect((await ask('acc0/')).filter(value => value.startsWith('acc0/'))).toHaveLength(50)
})

it('broken files complete nothing, and say nothing', async () => {
  const { folder, ask } = person()
  writeFileSync(join(folder, 'connections'), 'nonsense')
  expect(await ask('profiles', 'sync', '-a', '')).toEqual(['values'])
})

it('a shell that there is no script for is named with those that there are', async () => {
  const { code, err } = await inProcess(['completion', 'tcsh'])
  expect(code).toBe(exitCodes.usage.code)
  expect(err).toContain('bash, zsh, fish, powershell')
})

it('the help says how to install each script', async () => {
  const { out } = await inProcess(['completion', '--help'])
  for (const shell of shells) expect(out).toContain(`rolecall completion ${shell}`)
})

/**
 * What real bash makes of each line (parted as bash parts it): the words that `rolecall __complete` was asked
 * for, and those that would run with each reply.
 */
async function bash(
  { folder, env }: ReturnType<typeof person>,
  lines: readonly (readonly [words: readonly string[], parted: readonly string[], line: string])[],
) {
  for (const [at, [words]] of lines.entries()) {
    const { out } = await inProcess(['__complete', '--', ...words], '', env)
    writeFileSync(join(folder, `answer${at}`), out)
  }
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  const command = `#!/bin/sh\nprintf '%s\\n' "$@" > asked$CASE\ncat answer$CASE\n`
  writeFileSync(join(bin, 'rolecall'), command)
  chmodSync(join(bin, 'rolecall'), 0o755)
  const program = `${completionScript('bash')}
try() {
  export CASE=$1
  COMP_LINE=$2 COMP_POINT=\${#2} COMPREPLY=()
  shift 2
  COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
  _rolecall rolecall "\${COMP_WORDS[COMP_CWORD]}" ''
  for reply in "\${COMPREPLY[@]}"; do eval "set -- $reply"; printf '<%s>' "$@"; done
  echo
}
${lines.map(([, parted, line], at) => ['try', at, ...[line, ...parted].map(shellWord)].join(' ')).join('\n')}
`
  const run = spawnSync('bash', ['--norc', '--noprofile', '-c', program], {
    env: { ...env, PATH: `${bin}:${process.env.PATH}` },
    cwd: folder,
    encoding: 'utf8',
  })
  expect([run.error, run.stderr]).toEqual([undefined, ''])
  const asked = lines.map((_, at) => readFileSync(join(folder, `asked${at}`), 'utf8').split('\n'))
  return { said: run.stdout.trimEnd().split('\n'), asked: asked.map(words => words.slice(2, -1)) }
}

it('bash puts words together that it parts, and runs nothing of a value', async () => {
  const one = person()
  const sync = ['profiles', 'sync']
  const words = [
    [...sync, '-a', ''],
    [...sync, '--connection=d'],
    [...sync, '--connection='],
    ['completion', 'z'],
  ]
  const { said, asked } = await bash(one, [
    [words[0] ?? [], ['rolecall', ...sync, '-a', ''], 'rolecall profiles sync -a '],
    [
      words[1] ?? [],
      ['rolecall', ...sync, '--connection', '=', 'd'],
      'rolecall  profiles sync --connection=d',
    ],
    [
      words[2] ?? [],
      ['rolecall', ...sync, '--connection', '='],
      'rolecall profiles sync --connection=',
    ],
    [words[3] ?? [], ['rolecall', 'completion', '"zsh'], 'rolecall completion "z'],
  ])
  expect(asked).toEqual(words)
  const both = `<${hostile}><default>`
  expect(said).toEqual([both, '<default>', both, '<zsh>'])
  expect(existsSync(join(one.folder, 'pwned'))).toBe(false)
})

it('PowerShell gets every value in quotes that is more than a plain word', () => {
  const script = completionScript('powershell')
  expect(script).toContain('Register-ArgumentCompleter -Native -CommandName rolecall')
  expect(script).toContain(
    "if ($value -match '^[A-Za-z0-9_./:+=-]+$') { $value } else { \"'$quoted'\" }",
  )
  expect(script).not.toMatch(/Invoke-Expression(?!$)/m)
  // Strings in double quotes are expanded: none but these two may be.
  expect(script.match(/"[^"]*"/g)).toEqual([
    '"`t"',
    `"['\\u2018\\u2019\\u201a\\u201b]"`,
    `"'$quoted'"`,
  ])
})
