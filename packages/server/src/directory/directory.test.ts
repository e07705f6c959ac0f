import { verify } from '@node-rs/argon2'
import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { openStore } from '../store/index.ts'
import { createDirectory, type Directory } from './index.ts'

const at = new Date('2026-03-01T12:00:00Z')
const password = 'correct horse battery'
const alice = { username: 'alice', groups: ['ops', 'admins', 'ops'], password }

async function open() {
  const store = await openStore(':memory:')
  onTestFinished(() => store.close())
  return { store, directory: createDirectory(store, { now: () => at }) }
}

test('a user who was added signs in with the password, and with nothing else', async () => {
  const { directory } = await open()
  const added = await directory.add({ ...alice, displayName: 'Alice A.', email: 'a@example.com' })
  expect(added).toEqual({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    username: 'alice',
    displayName: 'Alice A.',
    email: 'a@example.com',
    groups: ['admins', 'ops'],
    createdAt: at,
    credential: expect.stringMatching(/^[0-9a-f]{64}$/),
    disabledAt: undefined,
  })
  expect(await directory.verifyPassword('alice', password)).toEqual(added)
  expect(await directory.find('alice')).toEqual(added)
  expect(await directory.list()).toEqual([added])
  expect(await directory.verifyPassword('alice', `${password} `)).toBeUndefined()
  expect(await directory.verifyPassword('alice', '')).toBeUndefined()
  expect(await directory.verifyPassword('Alice', password)).toBeUndefined()
  expect(await directory.verifyPassword('bob', password)).toBeUndefined()
})

test('the password is kept as argon2id with at least OWASP parameters', async () => {
  const { store, directory } = await open()
  await directory.add(alice)
  const row = await store.db.selectFrom('users').selectAll().executeTakeFirstOrThrow()
  expect(row.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  expect(await verify(row.password_hash, password)).toBe(true)
})

test('nobody signs in with the password behind the stand-in hash', async () => {
  const { directory } = await open()
  expect(await directory.verifyPassword('nobody', 'no user has this password')).toBeUndefined()
})

test('an unknown user costs as much work as a wrong password', async () => {
  const { directory } = await open()
  await directory.add(alice)
  const timeOf = async (username: string) => {
    const began = performance.now()
    for (let index = 0; index < 5; index += 1) {
      await directory.verifyPassword(username, 'not the password')
    }
    return performance.now() - began
  }
  await timeOf('alice')
  const [known, unknown] = [await timeOf('alice'), await timeOf('nobody')]
  // Without the stand-in an unknown user takes under a hundredth of the time.
  expect(unknown).toBeGreaterThan(known / 4)
})

test('a new password replaces the old one and ends the sessions of that user only', async () => {
  const { store, directory } = await open()
  await directory.add(alice)
  for (const [id, principal] of [
    ['a', 'local:alice'],
    ['b', 'local:bob'],
    ['c', 'company:alice'],
  ] as const) {
    await store.db
      .insertInto('browser_sessions')
      .values({
        id_hash: id,
        principal: JSON.stringify({ id: principal }),
        basis: 'x',
        browser_hash: null,
        created_at: 1,
        seen_at: 1,
        expires_at: 2,
      })
      .execute()
  }
  await directory.setPassword('alice', 'another good password')
  expect(await directory.verifyPassword('alice', password)).toBeUndefined()
  expect(await directory.verifyPassword('alice', 'another good password')).toBeDefined()
  const left = await store.db.selectFrom('browser_sessions').select('id_hash').execute()
  expect(left.map(row => row.id_hash)).toEqual(['b', 'c'])
})

test.each([
  ['a new password', (other: Directory) => other.setPassword('alice', 'another good password')],
  ['disabling the user', (other: Directory) => other.setDisabled('alice', true)],
])('%s counts for a check that waits already', async (_title, change) => {
  const { store, directory } = await open()
  await directory.add(alice)
  const ahead = Array.from({ length: 12 }, () => directory.verifyPassword('nobody', password))
  let isDone = false
  const waiting = directory.verifyPassword('alice', password).finally(() => {
    isDone = true
  })
  await new Promise(resolve => setTimeout(resolve, 10))
  await change(createDirectory(store, { now: () => at }))
  expect(isDone).toBe(false)
  expect(await waiting).toBeUndefined()
  await Promise.all(ahead)
})

test('a password that is set again is another credential', async () => {
  const { directory } = await open()
  const { credential } = await directory.add(alice)
  expect(await directory.find('alice')).toMatchObject({ credential })
  await directory.setPassword('alice', password)
  expect((await directory.find('alice'))?.credential).not.toBe(credential)
})

test('a disabled user is found but cannot sign in, until enabled again', async () => {
  const { directory } = await open()
  await directory.add(alice)
  await directory.setDisabled('alice', true)
  expect(await directory.verifyPassword('alice', password)).toBeUndefined()
  expect(await directory.find('alice')).toMatchObject({ disabledAt: at })
  await directory.setDisabled('alice', false)
  expect(await directory.verifyPassword('alice', password)).toMatchObject({ username: 'alice' })
})

test.each([
  ['the same name', 'alice'],
  ['another case', 'ALICE'],
  ['a full-width letter', '\uFF41lice'],
  ['a long s for an s', 'aliſe', 'alise'],
  ['a sharp s for two', 'straße', 'STRASSE'],
  ['another composition', 'Zoe\u0308', 'Zo\u00EB'],
])('%s is refused beside the one that exists', async (_title, wanted, existing = 'alice') => {
  const { directory } = await open()
  await directory.add({ ...alice, username: existing })
  await expect(directory.add({ ...alice, username: wanted })).rejects.toMatchObject({
    code: 'username-taken',
    message: expect.stringContaining(JSON.stringify(wanted)),
  })
  expect(await directory.list()).toHaveLength(1)
})

test('of two additions of one name at once, one wins', async () => {
  const { directory } = await open()
  const results = await Promise.allSettled([
    directory.add(alice),
    directory.add({ ...alice, username: 'Alice' }),
  ])
  expect(results.map(result => result.status).sort()).toEqual(['fulfilled', 'rejected'])
  expect(await directory.list()).toHaveLength(1)
})

test('the name stays byte for byte as it was given', async () => {
  const { directory } = await open()
  const decomposed = 'Zoe\u0308'
  await directory.add({ ...alice, username: decomposed })
  expect(await directory.verifyPassword(decomposed, password)).toMatchObject({
    username: decomposed,
  })
  expect(await directory.verifyPassword('Zo\u00EB', password)).toBeUndefined()
})

test.each([
  ['empty', ''],
  ['too long', 'x'.repeat(129)],
  ['a line end', 'al\nice'],
  ['a NUL', 'alice\0'],
  ['a direction mark', 'alice\u202E'],
  ['a zero-width space', 'ali\u200Bce'],
  ['a lone surrogate', 'ali\uD800ce'],
  ['an unassigned character', 'ali\u0378ce'],
  ['an outer space', ' alice'],
  ['a no-break space', 'alice\u00A0a'],
])('a username with %s is refused', async (_title, username) => {
  const { directory } = await open()
  await expect(directory.add({ ...alice, username })).rejects.toMatchObject({
    code: 'username-invalid',
  })
})

test.each([
  ['short', 'elevenchars', 'password-short'],
  ['long', 'x'.repeat(1025), 'password-long'],
])('a %s password is refused for a new user and for an old one', async (_title, bad, code) => {
  const { directory } = await open()
  await expect(directory.add({ ...alice, password: bad })).rejects.toMatchObject({ code })
  await directory.add(alice)
  await expect(directory.setPassword('alice', bad)).rejects.toMatchObject({ code })
  expect(await directory.verifyPassword('alice', password)).toBeDefined()
})

test('a password is the same however the keyboard composed it', async () => {
  const { directory } = await open()
  await directory.add({ ...alice, password: 'geschäft über alles' })
  const decomposed = 'geschäft über alles'.normalize('NFD')
  expect(await directory.verifyPassword('alice', decomposed)).toBeDefined()
})

test.each([
  ['display name', { displayName: 'A\u202Elice' }],
  ['display name', { displayName: '' }],
  ['e-mail address', { email: 'a@example.com\r\nBcc: x' }],
  ['group', { groups: ['ok', 'x'.repeat(257)] }],
  ['group', { groups: [' admins'] }],
])('a bad %s is refused and nothing is added', async (what, change) => {
  const { directory } = await open()
  await expect(directory.add({ ...alice, ...change })).rejects.toMatchObject({
    code: 'field-invalid',
    message: expect.stringContaining(what),
  })
  expect(await directory.list()).toEqual([])
})

test('changes of a user who is not there are refused', async () => {
  const { directory } = await open()
  const refused = { code: 'user-unknown' }
  await expect(directory.setPassword('nobody', password)).rejects.toMatchObject(refused)
  await expect(directory.setDisabled('nobody', true)).rejects.toMatchObject(refused)
})

test('more checks than can wait are refused, and the others still answered', async () => {
  const { directory } = await open()
  await directory.add(alice)
  const results = await Promise.allSettled(
    Array.from({ length: 80 }, () => directory.verifyPassword('alice', password)),
  )
  const refused = results.filter(result => result.status === 'rejected')
  expect(refused).toHaveLength(80 - 68)
  for (const { reason } of refused) expect(reason).toMatchObject({ code: 'passwords-busy' })
  expect(await directory.verifyPassword('alice', password)).toBeDefined()
})

test('an overlong password is refused without the work of hashing it', async () => {
  const { store, directory } = await open()
  await directory.add(alice)
  await sql`update users set password_hash = 'broken'`.execute(store.db)
  expect(await directory.verifyPassword('alice', 'x'.repeat(100_000))).toBeUndefined()
})
