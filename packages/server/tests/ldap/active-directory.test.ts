/** What only Active Directory does: its rule for chains, primary groups, its words for refusals. */
import { Filter } from 'ldapts'
import { expect, test } from 'vitest'
import { outcomeOf, people, sourceOf } from './support.ts'
import { type Asked, startTinyDirectory, type TinyEntry } from './tiny-directory.ts'

const domainUsers = 513
const groupsBase = 'ou=groups,dc=example'

function sid(rid: number): Buffer {
  const bytes = Buffer.from('01050000000000051500000011111111222222223333333300000000', 'hex')
  bytes.writeUInt32LE(rid, 24)
  return bytes
}

const alice: TinyEntry = {
  dn: `CN=Alice,${people}`,
  sAMAccountName: 'Alice',
  displayName: 'Alice Example',
  objectGUID: Buffer.from('efbbbf00000000000000000000000001', 'hex'),
  objectSid: sid(1104),
  primaryGroupID: String(domainUsers),
  userAccountControl: '512',
  accountExpires: '0',
  pwdLastSet: '133000000000000000',
}
const group = (name: string): TinyEntry => ({ dn: `CN=${name},${groupsBase}`, name })
const groups = { base: groupsBase, attribute: 'name', membership: 'member', filter: undefined }

/** A directory with one person, whose groups it answers to filters of these texts. */
function startDirectory(person: () => TinyEntry, found: Readonly<Record<string, TinyEntry[]>>) {
  return startTinyDirectory(asked => {
    if (asked.kind === 'bind') {
      const isReader = asked.dn.startsWith('cn=reader')
      return { result: isReader || asked.password === 'right' ? 0 : 49, message: wrongPassword }
    }
    if (asked.kind !== 'search') return undefined
    const filter = asked.filter.toString()
    if (asked.base === '') {
      return { result: 0, entries: [{ dn: '', supportedCapabilities: '1.2.840.113556.1.4.800' }] }
    }
    if (asked.base === people) {
      return {
        result: 0,
        entries: filter.toLowerCase() === '(samaccountname=alice)' ? [person()] : [],
      }
    }
    return { result: 0, entries: found[filter] ?? [] }
  })
}

const wrongPassword =
  '80090308: LdapErr: DSID-0C09044E, comment: AcceptSecurityContext error, data 775, v4563'
const chain = (dn: string) => `(|(member:1.2.840.113556.1.4.1941:=${dn}))`

test('groups by the rule for chains, and the primary one with what it is in', async () => {
  const { port } = await startDirectory(() => alice, {
    [chain(alice.dn)]: [group('admins'), group('platform')],
    [chain(`CN=Domain Users,${groupsBase}`)]: [group('everyone')],
    // The bytes of this one are all ASCII, so that nothing is lost in the text.
    [`(|(objectsid=${Filter.escape(sid(domainUsers).toString('latin1'))}))`]: [
      group('Domain Users'),
    ],
  })
  const source = sourceOf(port, { groups: { ...groups, membership: 'member', nested: 'auto' } })
  expect(await source.verify({ username: 'aLiCe', password: 'right' })).toMatchObject({
    username: 'Alice',
    displayName: 'Alice Example',
    groups: ['Domain Users', 'admins', 'platform', 'everyone'],
    amr: ['pwd'],
  })
})

test.each([
  ['disabled', { userAccountControl: '514' }, 'it is disabled'],
  ['locked', { userAccountControl: '528' }, 'it is locked'],
  ['to expire', { accountExpires: '135000000000000000' }, undefined],
  ['expired long ago', { accountExpires: '133000000000000000' }, 'it has expired'],
  ['unreadable', { userAccountControl: 'no' }, 'its userAccountControl cannot be read'],
  ['never to expire', { accountExpires: '9223372036854775807' }, undefined],
])('an account that is %s', async (_, over, why) => {
  const { port } = await startDirectory(() => ({ ...alice, ...over }), {})
  const source = sourceOf(port)
  const outcome = await outcomeOf(source.verify({ username: 'Alice', password: 'right' }))
  if (why === undefined) expect(outcome).toMatchObject({ username: 'Alice' })
  else expect(outcome).toEqual(['account-disabled', `username "Alice": ${why}`])
})

test("the audit log has Active Directory's reason", async () => {
  const { port } = await startDirectory(() => alice, {})
  expect(await outcomeOf(sourceOf(port).verify({ username: 'Alice', password: 'wrong' }))).toEqual([
    'password-wrong',
    'username "Alice", LDAP result 49: the account is locked',
  ])
})

test('a session counts while the entry is the same, enabled, and has the same password', async () => {
  let entry = alice
  const { port, asked } = await startDirectory(() => entry, {})
  const source = sourceOf(port)
  const { username, basis } = await source.verify({ username: 'Alice', password: 'right' })
  const later = (seconds: number) => {
    source.clock.now = new Date(source.clock.now.getTime() + seconds * 1000)
    return source.groupsNow({ username, basis })
  }
  const searches = () => asked.filter((one: Asked) => one.kind === 'search').length
  expect(await later(299)).toEqual([])
  expect(searches()).toBe(1)
  expect(await later(2)).toEqual([])
  expect(searches()).toBe(2)
  for (const change of [
    { userAccountControl: '514' },
    { pwdLastSet: '133000000000000001' },
    { objectGUID: Buffer.from('efbbbf00000000000000000000000002', 'hex') },
  ]) {
    entry = { ...alice, ...change }
    expect(await later(301)).toBeUndefined()
    entry = alice
    expect(await later(301)).toEqual([])
  }
})

test('a session ends when its name has become that of two', async () => {
  const two = [alice, { ...alice, dn: `CN=Other,${people}` }]
  let found: readonly TinyEntry[] = [alice]
  const { port } = await startTinyDirectory(asked => ({
    ...{ result: 0, entries: asked.kind === 'search' ? found : [] },
  }))
  const source = sourceOf(port)
  const person = await source.verify({ username: 'Alice', password: 'right' })
  expect(await source.groupsNow(person)).toEqual([])
  found = two
  source.clock.now = new Date(source.clock.now.getTime() + 301_000)
  expect(await source.groupsNow(person)).toBeUndefined()
})

test('a new password that was typed here counts at once, and ends what rests on the old one', async () => {
  let entry = alice
  const { port } = await startDirectory(() => entry, {})
  const source = sourceOf(port)
  const before = await source.verify({ username: 'Alice', password: 'right' })
  entry = { ...alice, pwdLastSet: '133000000000000001' }
  const after = await source.verify({ username: 'Alice', password: 'right' })
  expect(await source.groupsNow(after)).toEqual([])
  expect(await source.groupsNow(before)).toBeUndefined()
})

test('as a source of groups: none for nobody, a refusal for a disabled account', async () => {
  let entry = alice
  const { port } = await startDirectory(() => entry, { [chain(alice.dn)]: [group('admins')] })
  const source = sourceOf(port, { groups: { ...groups, membership: 'member', nested: 'in-chain' } })
  expect(await source.groupsOf('alice')).toEqual(['admins'])
  expect(await source.groupsOf('nobody')).toEqual([])
  entry = { ...alice, userAccountControl: '514' }
  expect(await source.groupsOf('alice')).toEqual(['admins'])
  source.clock.now = new Date(source.clock.now.getTime() + 301_000)
  expect(await outcomeOf(source.groupsOf('alice'))).toEqual(['account-disabled', 'it is disabled'])
})

test('as a source of groups: those of this very name, and of no other that the directory takes for it', async () => {
  let entry = alice
  const { port } = await startDirectory(() => entry, { [chain(alice.dn)]: [group('admins')] })
  const over = { groups: { ...groups, membership: 'member', nested: 'in-chain' } } as const
  expect(await sourceOf(port, over).groupsOf('ALICE')).toEqual(['admins'])
  entry = { ...alice, sAMAccountName: 'Aliçe' }
  expect(await outcomeOf(sourceOf(port, over).groupsOf('alice'))).toEqual([
    'groups-unavailable',
    '"Aliçe"',
  ])
})

test('groups with which a sign-in is refused are not kept for a session that is open', async () => {
  let found = [group('admins')]
  const { port } = await startTinyDirectory(asked => {
    if (asked.kind !== 'search' || asked.base === '') return { result: 0 }
    return { result: 0, entries: asked.base === people ? [alice] : found }
  })
  const source = sourceOf(port, { groups: { ...groups, membership: 'member', nested: 'none' } })
  const person = await source.verify({ username: 'Alice', password: 'right' })
  found = [group('admins'), group('ad\u200bmins')]
  const again = source.verify({ username: 'Alice', password: 'right' })
  expect(await outcomeOf(again)).toMatchObject(['identity-text', expect.anything()])
  expect(await source.groupsNow(person)).toEqual(['admins'])
})
