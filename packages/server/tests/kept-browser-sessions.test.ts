/** Browser sessions are kept in memory; what another process does to them counts at once all the same. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { endSessionsOf, openStore, type Store } from '../src/index.ts'
import { isSignedIn, signedIn, startGateway, type TestGateway } from './gateway.ts'

let at: TestGateway
/** As the command line has it: a connection of its own to the same file. */
let other: Store
let directory: string
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'rolecall-'))
  const file = join(directory, 'rolecall.db')
  at = await startGateway(undefined, undefined, file)
  other = await openStore(file)
})
afterAll(async () => {
  await other.close()
  await at.close()
  rmSync(directory, { recursive: true })
})

const keys = async (browser: Awaited<ReturnType<typeof signedIn>>) => {
  const answer = await browser.postJson(`${at.url}/api/v1/roles/sandbox/Developer/credentials`, {})
  return JSON.parse(answer.body).accessKeyId
}

test('who is signed out by another process is signed out at once, and gets other keys later', async () => {
  const [bob, eve] = [
    await signedIn(at, { username: 'bob' }),
    await signedIn(at, { username: 'eve' }),
  ]
  const [first, hers] = [await keys(bob), await keys(eve)]
  expect(await keys(bob)).toBe(first)
  expect(await endSessionsOf(other, 'company:bob')).toBe(1)
  expect(await isSignedIn(at, bob)).toBe(false)
  expect(await keys(await signedIn(at, { username: 'bob' }))).not.toBe(first)
  expect(await keys(eve)).toBe(hers)
})

test('a sign-out here drops the keys as well', async () => {
  const bob = await signedIn(at, { username: 'bob' })
  const first = await keys(bob)
  expect((await bob.postJson(`${at.url}/api/v1/signout`, {})).status).toBe(200)
  expect(await keys(await signedIn(at, { username: 'bob' }))).not.toBe(first)
})

test('more changes than can be named forget everybody', async () => {
  const bob = await signedIn(at, { username: 'bob' })
  const first = await keys(bob)
  await sql`with recursive many(n) as (select 1 union all select n + 1 from many where n < 600)
    insert into browser_sessions (id_hash, principal, basis, created_at, seen_at, expires_at)
    select 'h' || n, '{"id":"company:n' || n || '"}', 'b', 1, 1, 1 from many`.execute(other.db)
  await sql`delete from browser_sessions where basis = 'b'`.execute(other.db)
  expect(await isSignedIn(at, bob)).toBe(true)
  expect(await keys(bob)).not.toBe(first)
})

test('a principal that is changed in the store is read again', async () => {
  const bob = await signedIn(at, { username: 'bob' })
  const groups = async () => JSON.parse((await bob.get(`${at.url}/api/v1/me`)).body).groups
  expect(await groups()).toContain('developers')
  await sql`update browser_sessions set principal = json_set(principal, '$.groups', json('["x"]'))
    where json_extract(principal, '$.id') = 'company:bob'`.execute(other.db)
  expect(await groups()).toEqual(['x'])
})

test('a session whose principal cannot be read ends', async () => {
  const zoe = await signedIn(at, { username: 'zoe' })
  await sql`update browser_sessions set principal = 'no JSON'
    where json_extract(principal, '$.id') = 'company:zoe'`.execute(other.db)
  expect(await isSignedIn(at, zoe)).toBe(false)
  const { rows } = await sql`select principal from browser_sessions`.execute(other.db)
  expect(rows).not.toContainEqual({ principal: 'no JSON' })
})
