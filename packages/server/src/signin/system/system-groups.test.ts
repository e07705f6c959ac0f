/** Real accounts of this machine, by the real `getent` and `id`; where a name is at stake, programs that look at it. */
import { execFileSync } from 'node:child_process'
import { chmodSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryDirectory } from '../../../tests/support/temporary-directory.ts'
import { SignInRefusal } from '../refusals.ts'
import { readAccount } from './read-account.ts'
import { createSystemGroups, type SystemGroupsOptions } from './system-groups.ts'

/** A folder with these programs, as PATH. */
function programs(scripts: Readonly<Record<string, string>>): SystemGroupsOptions['env'] {
  const folder = temporaryDirectory(
    Object.fromEntries(
      Object.entries(scripts).map(([name, text]) => [name, `#!/bin/sh\n${text}\n`]),
    ),
  )
  for (const name of Object.keys(scripts)) chmodSync(join(folder, name), 0o755)
  return { PATH: `${folder}:/usr/bin:/bin`, FOLDER: folder }
}

function sourceWith(over: Partial<SystemGroupsOptions> = {}) {
  const said: string[] = []
  const clock = { now: new Date('2030-01-01T00:00:00Z') }
  const source = createSystemGroups({
    now: () => clock.now,
    warn: message => said.push(message),
    ...over,
  })
  return { source, said, clock }
}

const ofMachine = (username: string) =>
  execFileSync('id', ['-Gnz', username], { encoding: 'utf8' }).split('\0').filter(Boolean)

describe('the machine’s groups', () => {
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map(line => line.split(':')[0] ?? '')
    .filter(name => /^[a-z_][a-z0-9_-]*$/.test(name))

  test.each(accounts.slice(0, 8))('of %s are those that `id` knows', async username => {
    const { source } = sourceWith()
    expect(await source.groupsOf(username)).toEqual(ofMachine(username))
  })

  test('have the primary group among them', async () => {
    const [, , , gid] = execFileSync('getent', ['passwd', 'daemon'], { encoding: 'utf8' }).split(
      ':',
    )
    const [primary = ''] = execFileSync('getent', ['group', String(gid)], {
      encoding: 'utf8',
    }).split(':')
    const { source } = sourceWith()
    expect(await source.groupsOf('daemon')).toContain(primary)
  })

  test('of nobody it knows are none, which is told once', async () => {
    const { source, said } = sourceWith()
    expect(await source.groupsOf('no-such-person')).toEqual([])
    expect(await source.groupsOf('no-such-person')).toEqual([])
    expect(said).toEqual(['system groups: this machine has no account "no-such-person"'])
  })

  test.each([
    '0',
    '1000',
    '-G',
    '--help',
    'root:root',
    '+0',
    '$(id)',
    'root;id',
    'root\nroot',
    'root ',
    '../root',
    '',
    'a'.repeat(300),
  ])('are never asked for a name such as %j', async username => {
    const env = programs({ getent: 'touch "$FOLDER/asked"; exit 0', id: 'exit 0' })
    expect(await readAccount(username, { env: env ?? {} })).toBeUndefined()
    expect(() => readFileSync(join(env?.FOLDER ?? '', 'asked'))).toThrow(/ENOENT/)
  })

  test('keep their case and their spaces, as NSS writes the name', async () => {
    const env = programs({
      getent: `[ "$*" = 'passwd -- CORP\\Alice' ] && printf '%s\\n' 'CORP\\alice:x:1:1::/:/bin/sh'`,
      id: `[ "$*" = '-G -n -z -- CORP\\alice' ] && printf 'Domain Users\\0AWS-Admins\\0'`,
    })
    const { source } = sourceWith({ env: env ?? {} })
    expect(await source.groupsOf('CORP\\Alice')).toEqual(['Domain Users', 'AWS-Admins'])
  })

  test('without a name are left out: no grant could mean them', async () => {
    const env = programs({
      getent: 'echo "alice:x:1:1::/:/bin/sh"',
      id: 'printf "staff\\0001234\\0"; exit 1',
    })
    expect(await sourceWith({ env: env ?? {} }).source.groupsOf('alice')).toEqual(['staff'])
  })
})

describe('an answer', () => {
  const counting = () =>
    programs({
      getent: 'echo x >> "$FOLDER/asked"; echo "alice:x:1:1::/:/bin/sh"',
      id: 'printf "staff\\0"',
    })
  const asked = (env: SystemGroupsOptions['env']) =>
    readFileSync(join(env?.FOLDER ?? '', 'asked'), 'utf8').length / 2

  test('serves all who wait for it, and everybody for a minute', async () => {
    const env = counting()
    const { source, clock } = sourceWith({ env: env ?? {} })
    await Promise.all(Array.from({ length: 20 }, () => source.groupsOf('alice')))
    clock.now = new Date(clock.now.getTime() + 59_000)
    await source.groupsOf('alice')
    expect(asked(env)).toBe(1)
    clock.now = new Date(clock.now.getTime() + 1000)
    await source.groupsOf('alice')
    expect(asked(env)).toBe(2)
    clock.now = new Date(clock.now.getTime() - 3_600_000)
    await source.groupsOf('alice')
    expect(asked(env)).toBe(3)
  })

  test.each([
    ['fails', { getent: 'exit 3' }, 'getent ended with 3'],
    ['has no groups', { getent: 'echo "alice:x:1:1::/:/bin/sh"', id: 'exit 1' }, 'id ended with 1'],
    ['names nobody', { getent: 'echo "$(id):x:1"' }, 'a name that is none'],
    ['is too long', { getent: 'yes' }, 'cannot be run'],
  ])('that %s refuses, and is not kept', async (_title, scripts, reason) => {
    const env = programs(scripts)
    const { source, said } = sourceWith({ env: env ?? {} })
    for (let times = 1; times <= 2; times += 1) {
      const refusal = await source.groupsOf('alice').catch((error: unknown) => error)
      expect(refusal).toBeInstanceOf(SignInRefusal)
      expect(refusal).toMatchObject({ code: 'groups-unavailable' })
      expect(said).toHaveLength(times)
      expect(said.at(-1)).toContain(reason)
    }
  })

  test('that does not come in time refuses', async () => {
    const env = programs({ getent: 'exec sleep 60' })
    const { source } = sourceWith({ env: env ?? {}, deadlineMs: 200 })
    await expect(source.groupsOf('alice')).rejects.toMatchObject({
      code: 'groups-unavailable',
      received: 'getent took longer than 200 ms',
    })
  })
})
