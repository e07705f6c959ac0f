import { spawnSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join, relative } from 'node:path'
import { parseIni } from '@rolecall/aws/shared-files'
import { expect, it } from 'vitest'
import { exitCodes } from '../src/exit-codes.ts'
import { writeKnownRoles } from '../src/roles/known-roles.ts'
import type { OfferedRole } from '../src/sources/source.ts'
import { canDoWithout, python } from './import/support/python.ts'
import { inProcess } from './support/in-process.ts'
import { directoryWith } from './support/rolecall.ts'

function role(account: string, name: string, more: Partial<OfferedRole> = {}): OfferedRole {
  const accountId = account === 'prod' ? '123456789012' : '210987654321'
  return {
    roleArn: `arn:aws:iam::${accountId}:role/${name}`,
    accountId,
    partition: 'aws',
    accountName: account,
    roleName: name,
    principalArn: undefined,
    region: undefined,
    keys: true,
    consoleHref: undefined,
    ...more,
  }
}

const connections = `[work]
provider = Rolecall
url = https://aws.example.com
region = eu-central-1
[home]
provider = Rolecall
url = https://home.example.com
`

/** A home with the roles of one connection, `rolecall` on PATH and a file of the user's own. */
function home(roles: readonly OfferedRole[], config = '') {
  const folder = directoryWith({ rolecall: '#!/bin/sh\n', connections })
  chmodSync(join(folder, 'rolecall'), 0o755)
  mkdirSync(join(folder, '.aws'))
  const file = join(folder, '.aws', 'config')
  if (config !== '') writeFileSync(file, config)
  const env = {
    HOME: folder,
    PATH: folder,
    ROLECALL_CONFIG: join(folder, 'connections'),
    ROLECALL_STATE: join(folder, 'state'),
  }
  const known = (all: readonly OfferedRole[], connection = 'work') =>
    writeKnownRoles(connection, { who: 'alice', roles: all }, env)
  known(roles)
  const sync = (...options: string[]) =>
    inProcess(['profiles', 'sync', '-a', 'work', ...options], '', env)
  return { folder, file, env, known, sync, text: () => readFileSync(file, 'utf8') }
}

const mine = '# mine\r\n[default]\r\nregion = us-east-1\r\n\r\n[profile own]\r\nrole_arn=x\r\n'

it('writes a profile for each role, and leaves all else as it is', async () => {
  const at = home([role('prod', 'Admin'), role('dev', 'Read_Only', { region: 'us-west-2' })], mine)
  const { code, out, err } = await at.sync()
  expect([code, out]).toEqual([
    0,
    'new      dev-read_only  dev/Read_Only\nnew      prod-admin     prod/Admin\n',
  ])
  expect(err).toBe(`2 profiles in ${at.file}, 2 changed\n`)
  expect(at.text()).toBe(
    `${mine}\r\n${[
      '# rolecall profiles begin work (`rolecall profiles sync` writes these lines; edits are lost)',
      '# --format {account}-{role}',
      '',
      '[profile dev-read_only]',
      'credential_process = rolecall credentials 210987654321/Read_Only -a work',
      'region = us-west-2',
      '',
      '[profile prod-admin]',
      'credential_process = rolecall credentials 123456789012/Admin -a work',
      'region = eu-central-1',
      '# rolecall profiles end work',
      '',
    ].join('\r\n')}`,
  )
  const before = statSync(at.file).mtimeMs
  expect(await at.sync()).toEqual({ code: 0, out: '', err: `2 profiles in ${at.file}, in step\n` })
  expect(statSync(at.file).mtimeMs).toBe(before)
})

it('prunes what is no more, and the block with the last of it', async () => {
  const at = home([role('prod', 'Admin'), role('prod', 'Read')], mine)
  await at.sync()
  appendFileSync(at.file, '[profile later]\nregion = x\n')
  at.known([role('prod', 'Admin', { region: 'eu-west-1' })])
  expect((await at.sync()).out).toBe('changed  prod-admin  prod/Admin\nremoved  prod-read\n')
  expect(at.text()).toMatch(/end work\r\n\[profile later\]\nregion = x\n$/)
  at.known([])
  await at.sync()
  expect(at.text()).toBe(`${mine}\r\n[profile later]\nregion = x\n`)
})

it('--diff, --dry-run and --check write nothing', async () => {
  const at = home([role('prod', 'Admin')], '[default]\nregion = x\n')
  const diff = await at.sync('--diff')
  expect([diff.code, diff.err]).toEqual([0, ''])
  expect(diff.out.split('\n').slice(0, 5)).toEqual([
    `--- ${at.file}`,
    `+++ ${at.file}`,
    '@@ -1,2 +1,10 @@',
    ' [default]',
    ' region = x',
  ])
  const dry = await at.sync('--dry-run')
  expect(dry.err).toBe(`1 profile in ${at.file}, 1 changed (not written)\n`)
  expect((await at.sync('--check')).code).toBe(exitCodes.outOfStep.code)
  expect(at.text()).toBe('[default]\nregion = x\n')
  await at.sync()
  expect((await at.sync('--check')).code).toBe(0)
  expect(await at.sync('--diff')).toEqual({ code: 0, out: '', err: '' })
})

it('the diff is one that patch takes', async () => {
  const at = home(
    [role('prod', 'A'), role('prod', 'B'), role('prod', 'C')],
    '[default]\nregion = x',
  )
  await at.sync()
  const before = at.text()
  at.known([role('prod', 'A'), role('prod', 'C', { region: 'x' }), role('prod', 'D')])
  const { out } = await at.sync('--diff')
  await at.sync()
  const copy = join(at.folder, 'copy')
  writeFileSync(copy, before)
  const patched = spawnSync('patch', [copy], { input: out, encoding: 'utf8' })
  expect([patched.status, patched.error]).toEqual([0, undefined])
  expect(readFileSync(copy, 'utf8')).toBe(at.text())
})

it('names: the template and the prefix are remembered', async () => {
  const at = home([role('prod', 'Admin')])
  await at.sync('--format', '{connection}/{account_id}.{role}', '--prefix', 'x-')
  expect(at.text()).toContain('[profile x-work/123456789012.admin]')
  await at.sync()
  expect(at.text()).toContain('[profile x-work/123456789012.admin]')
  await at.sync('--prefix', '')
  expect(at.text()).toContain('[profile work/123456789012.admin]')
  for (const format of ['{nope}{role}', 'a b{role}', '{account}', '{role}]\n[x']) {
    expect(await at.sync('--format', format)).toMatchObject({ code: exitCodes.usage.code, out: '' })
  }
})

it('no comment of the block looks like a key, behind which aws configure would put the next', async () => {
  const at = home([role('prod', 'Admin')], '[default]\noutput = json\n')
  await at.sync('--prefix', 'a=', '--format', '{account}={role}')
  const comments = at
    .text()
    .split('\n')
    .filter(line => line.startsWith('#'))
  expect(comments.length).toBe(4)
  // awscli, configure/writer.py, OPTION_REGEX
  expect(comments.filter(line => /[^:=]+[:=]/.test(line))).toEqual([])
  const before = at.text()
  expect(before).toContain('[profile "a=prod=admin"]'.replaceAll('"', ''))
  expect([(await at.sync()).code, at.text()]).toEqual([0, before])
})

it('--config: whole paths in the profiles, and connections of other files keep theirs', async () => {
  const at = home([role('prod', 'Admin')])
  await at.sync()
  const other = join(at.folder, 'other')
  writeFileSync(other, '[old]\nurl = https://sso.example.com\nprovider = Browser\n')
  at.known([role('dev', 'Read')], 'old')
  const env = { ...at.env, ROLECALL_CONFIG: join(at.folder, 'none') }
  const { code } = await inProcess(
    ['profiles', 'sync', '--config', relative(process.cwd(), other)],
    '',
    env,
  )
  expect([code, at.text()]).toEqual([0, expect.stringContaining(`-a old --config ${other}\n`)])
  expect(at.text()).toContain('[profile prod-admin]')
})

it('names that would be the same are told, and made different', async () => {
  const other = role('dev', 'Admin', { accountName: 'Prod' })
  const at = home([role('prod', 'Admin'), other])
  const { err } = await at.sync()
  expect(err).toContain(
    'warning: work: 2 roles would be called prod-admin: prod/Admin is prod-admin-123456789012, Prod/Admin is prod-admin-210987654321',
  )
  expect(at.text()).toContain('[profile prod-admin-210987654321]')
})

it('a profile of the user, or of another connection, is left, and told', async () => {
  const at = home(
    [role('prod', 'Admin'), role('prod', 'Read')],
    '[profile "prod-admin"]\nregion = x\n',
  )
  writeFileSync(join(at.folder, '.aws', 'credentials'), '[prod-read]\naws_access_key_id = A\n')
  at.known([role('prod', 'Read')], 'home')
  const { err } = await at.sync()
  expect(err).toContain(
    `warning: work: no profile for prod/Admin: ${at.file}, line 1, has a profile prod-admin of its own; see --format\n`,
  )
  expect(err).toMatch(/credentials has keys of profile prod-read, which AWS's tools take first/)
  expect(at.text()).not.toContain('[profile prod-admin]')
  const home_ = await inProcess(['profiles', 'sync', '-a', 'home'], '', at.env)
  expect(home_.err).toContain('no profile for prod/Read')
})

it('a role called default does not become the profile of every program', async () => {
  const at = home([role('prod', 'Default')])
  const { err } = await at.sync('--format', '{role}')
  expect(err).toContain('it would be the default profile of every program')
})

it('without a connection: all of them, and the blocks of those that are gone', async () => {
  const at = home([role('prod', 'Admin')])
  const all = () => inProcess(['profiles', 'sync'], '', at.env)
  const first = await all()
  expect(first.err).toContain(
    'warning: no roles of the connection home are known here yet: rolecall profiles sync --refresh -a home',
  )
  at.known([role('dev', 'Read')], 'home')
  await all()
  expect([...parseIni(at.text(), 'f').keys()]).toEqual(['profile prod-admin', 'profile dev-read'])
  writeFileSync(join(at.folder, 'connections'), connections.replace('[work]', '[job]'))
  expect((await all()).out).toContain('removed  prod-admin\n')
  expect([...parseIni(at.text(), 'f').keys()]).toEqual(['profile dev-read'])
})

it('--json', async () => {
  const at = home([role('prod', 'Admin'), role('prod', 'None', { keys: false })])
  const { out } = await at.sync('--json')
  expect(JSON.parse(out)).toEqual({
    file: at.file,
    inStep: false,
    profiles: [
      {
        ...{ profile: 'prod-admin', connection: 'work', state: 'new' },
        ...{ roleArn: 'arn:aws:iam::123456789012:role/Admin', accountId: '123456789012' },
        ...{ accountName: 'prod', roleName: 'Admin' },
      },
    ],
    removed: [],
    skipped: [],
    notes: [],
  })
})

it.each([
  ['only one mark', (text: string) => text.replace(/^# rolecall profiles end.*\n/m, '')],
  ['a second block', (text: string) => text + text],
  ['keys behind the block', (text: string) => `${text}region = x\n`],
])('a block that somebody edited is refused: %s', async (_, damage) => {
  const at = home([role('prod', 'Admin')])
  await at.sync()
  writeFileSync(at.file, damage(at.text()))
  const damaged = at.text()
  at.known([role('prod', 'Read')])
  const { code, err } = await at.sync()
  expect([code, at.text()]).toEqual([exitCodes.configuration.code, damaged])
  expect(err).toContain(at.file)
})

it('says what to do when nothing is known yet', async () => {
  const { folder, env } = home([])
  const empty = { ...env, ROLECALL_STATE: join(folder, 'none') }
  expect(await inProcess(['profiles', 'sync', '-a', 'work'], '', empty)).toEqual({
    code: exitCodes.noRole.code,
    out: '',
    err: 'rolecall: no roles of the connection work are known here yet\nhint: rolecall profiles sync --refresh -a work\n',
  })
})

const hostile = [
  role('dev', 'A', { accountName: '\u001b[2J$(touch x); `id`' }),
  role('dev', 'B', { accountName: ']\n[default' }),
  role('dev', 'C', { accountName: '../../Ünï çode' }),
  role('dev', 'x+=,.@-_1', { accountName: ' ' }),
]

it.skipIf(canDoWithout)(
  'Python reads the profiles as we do, and splits the command as a shell',
  async () => {
    const at = home(hostile, '\ufeff[default]\nregion = x\n')
    // No command on PATH: whole paths, which have blanks and quotes here.
    const { planAll } = await import('../src/profiles/plan-all.ts')
    const command = ["/opt/no de's/node", '/opt/$HOME/rolecall "x".mjs']
    const wish = { connection: "it's", roles: hostile, region: undefined, command, extra: [] }
    const text = planAll(
      '',
      at.file,
      [{ ...wish, format: undefined, prefix: undefined }],
      () => false,
    ).text
    const read = python(
      `import sys, json, configparser, shlex
parser = configparser.RawConfigParser(default_section=None)
parser.read_string(json.load(sys.stdin))
print(json.dumps({s: shlex.split(parser.get(s, 'credential_process')) for s in parser.sections()}))`,
      text,
    )
    const words = (arn: string) => [...command, 'credentials', arn, '-a', "it's"]
    const expected = {
      'profile 210987654321-x-.-_1': words('210987654321/x+=,.@-_1'),
      'profile 2j-touch-x-id-a': words('210987654321/A'),
      'profile default-b': words('210987654321/B'),
      'profile uni-code-c': words('210987654321/C'),
    }
    expect(read).toEqual(expected)
    for (const [name, settings] of parseIni(text, 'file')) {
      const line = String(settings.get('credential_process'))
      const shell = spawnSync('sh', ['-c', `printf '%s\\n' ${line}`], { encoding: 'utf8' })
      expect(shell.stdout.trimEnd().split('\n')).toEqual(
        Object.entries(expected).find(([key]) => key === name)?.[1],
      )
    }
  },
)
