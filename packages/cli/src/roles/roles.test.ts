import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { Failure } from '../failure.ts'
import type { OfferedRole } from '../sources/source.ts'
import { findRole, rolesLike } from './find-role.ts'
import { forgetKnownRoles, listKnownRoles, readKnownRoles, writeKnownRoles } from './known-roles.ts'
import { roleFinder } from './pick-role.ts'
import { noteRecent, recentRoles } from './recents.ts'
import { roleLabel, roleWord } from './role-label.ts'

function role(account: string, name: string, id = '111111111111', path = ''): OfferedRole {
  return {
    roleArn: `arn:aws:iam::${id}:role/${path}${name}`,
    accountId: id,
    partition: 'aws',
    accountName: account === '' ? undefined : account,
    roleName: name,
    principalArn: undefined,
    region: undefined,
    keys: true,
    consoleHref: undefined,
  }
}

const roles = [
  role('prod', 'Admin', '222222222222'),
  role('prod', 'AdminReadOnly', '222222222222'),
  role('nonprod', 'Deploy', '333333333333'),
  role('acme-data', 'Analyst', '444444444444', 'data/'),
  role('', 'Billing', '555555555555'),
]

test.each([
  ['prod/admin', 'prod/Admin'],
  ['PROD/ADMIN', 'prod/Admin'],
  ['222222222222/admin', 'prod/Admin'],
  ['arn:aws:iam::444444444444:role/data/Analyst', 'acme-data/Analyst'],
  ['analyst', 'acme-data/Analyst'],
  ['data/ana', 'acme-data/Analyst'],
  ['nonp', 'nonprod/Deploy'],
  ['readonly', 'prod/AdminReadOnly'],
  ['555555555555/billing', '555555555555/Billing'],
])('%s is %s', (text, label) => {
  expect(roleLabel(findRole(text, roles))).toBe(label)
})

test.each([
  ['another account whose name ends so', 'prod/deploy'],
  ['an ARN that is not offered', 'arn:aws:iam::222222222222:role/admin'],
  ['nothing', '  '],
  ['a text without end', 'x'.repeat(5000)],
])('no role: %s', (_, text) => {
  expect(() => findRole(text, roles)).toThrow(Failure)
  expect(rolesLike(text, roles)).toEqual([])
})

test('several that fit are told, each by a word that means it alone', () => {
  const error = failureOf(() => findRole('prod', roles))
  expect(error.reason).toBe('noRole')
  expect(error.message).toBe('"prod" fits 3 roles: nonprod/Deploy, prod/Admin, prod/AdminReadOnly')
  const twins = [role('prod', 'Admin', '111111111111'), role('prod', 'Admin', '222222222222')]
  expect(failureOf(() => findRole('prod/admin', twins)).message).toContain(
    '111111111111/Admin, 222222222222/Admin',
  )
  for (const one of twins) expect(findRole(roleWord(one, twins), twins)).toBe(one)
})

test('a misspelt role is told the nearest', () => {
  expect(failureOf(() => findRole('prd/admin', roles)).hint).toContain('did you mean prod/Admin')
})

test('names of servers that a shell or a path would read otherwise are written by id', () => {
  const odd = role('$(rm -rf ~)', 'Admin', '666666666666')
  expect(roleWord(odd, [odd])).toBe('666666666666/Admin')
  expect(roleWord(role('a/b', 'Admin', '666666666666'), [])).toBe('666666666666/Admin')
})

test('the picker shows roles of late first, and finds among 20 000', () => {
  const many = Array.from({ length: 20_000 }, (_, at) =>
    role(`team-${at}`, at % 2 === 0 ? 'Admin' : 'ReadOnly', String(100_000_000_000 + at)),
  )
  const late = many[12_345]
  const find = roleFinder(many, late === undefined ? [] : [late.roleArn])
  expect(find('')[0]?.label).toBe('team-12345/ReadOnly')
  expect(find('')[1]?.label).toBe('team-0/Admin')
  expect(find('team-777/')[0]?.label).toBe('team-777/ReadOnly')
  expect(find('100000000042')[0]?.label).toBe('team-42/Admin')
  expect(find('zzzz')).toEqual([])
})

test('what was taken often and lately comes first, and old habits fade', () => {
  const env = stateOf()
  const day = (count: number) => new Date(Date.UTC(2026, 0, count))
  for (let at = 0; at < 4; at += 1)
    noteRecent({ connection: 'work', roleArn: 'often' }, env, day(1))
  noteRecent({ connection: 'work', roleArn: 'once' }, env, day(2))
  noteRecent({ connection: 'other', roleArn: 'elsewhere' }, env, day(2))
  expect(recentRoles('work', env, day(2))).toEqual(['often', 'once'])
  for (let at = 0; at < 2; at += 1)
    noteRecent({ connection: 'work', roleArn: 'once' }, env, day(14))
  expect(recentRoles('work', env, day(14))).toEqual(['once', 'often'])
})

test('known roles come back as they were, per connection, in a file of the person alone', () => {
  const env = stateOf()
  const now = new Date('2026-01-02T03:04:05Z')
  for (const name of ['work', '../../etc/passwd', 'a'.repeat(500)]) {
    writeKnownRoles(name, { who: 'alice', roles }, env, now)
    expect(readKnownRoles(name, env)).toEqual({
      connection: name,
      who: 'alice',
      at: now.toISOString(),
      roles,
    })
  }
  expect(listKnownRoles(env).length).toBe(3)
  const file = join(env.ROLECALL_STATE, 'known-roles', 'work.json')
  if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600)
  forgetKnownRoles('work', env)
  expect(readKnownRoles('work', env)).toBeUndefined()
  expect(listKnownRoles(env).length).toBe(2)
})

test.each([
  ['cut off', '{"version":1,"conn'],
  ['of another version', '{"version":2}'],
  [
    'with a role that is none',
    '{"version":1,"connection":"work","who":"","at":"2026-01-01T00:00:00Z","roles":[{"roleArn":"x","keys":true}]}',
  ],
  ['not JSON', '\0\0'],
])('a list that is %s is no list', (_, text) => {
  const env = stateOf()
  writeKnownRoles('work', { who: 'alice', roles }, env)
  writeFileSync(join(env.ROLECALL_STATE, 'known-roles', 'work.json'), text)
  expect(readKnownRoles('work', env)).toBeUndefined()
})

function stateOf() {
  const folder = mkdtempSync(join(tmpdir(), 'rolecall-state-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return { ROLECALL_STATE: folder }
}

function failureOf(act: () => unknown): Failure {
  try {
    act()
  } catch (error) {
    if (error instanceof Failure) return error
    throw error
  }
  throw new Error('it did not fail')
}
