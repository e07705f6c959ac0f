import { chmodSync, copyFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Kysely, sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryDirectory } from '../../tests/support/temporary-directory.ts'
import { openStore } from './index.ts'
import { migrate } from './migrate.ts'
import { migrations } from './migrations.ts'
import { sqliteDialect } from './sqlite-dialect.ts'
import type { Tables } from './tables.ts'
import { createTurns } from './turns.ts'

async function open(file: string) {
  const store = await openStore(file)
  onTestFinished(() => store.close())
  return store
}

async function pragma(store: Awaited<ReturnType<typeof open>>, name: string) {
  const { rows } = await sql<Record<string, unknown>>`pragma ${sql.raw(name)}`.execute(store.db)
  return Object.values(rows[0] ?? {})[0]
}

test('a new database is private, durable and up to date', async () => {
  const file = join(temporaryDirectory(), 'new.db')
  const store = await open(file)
  await store.db
    .insertInto('replays')
    .values({ source: 'a', assertion_id: 'b', expires_at: 1 })
    .execute()
  for (const name of [file, `${file}-wal`, `${file}-shm`]) {
    expect(statSync(name).mode & 0o777, name).toBe(0o600)
  }
  expect(await pragma(store, 'journal_mode')).toBe('wal')
  expect(await pragma(store, 'synchronous')).toBe(2)
  expect(await pragma(store, 'foreign_keys')).toBe(1)
  expect(await pragma(store, 'busy_timeout')).toBe(0)
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(store.db)
  expect(rows.map(row => row.name)).toEqual(Object.keys(migrations))
})

test('a database that others could read is made private', async () => {
  const file = join(temporaryDirectory(), 'open.db')
  writeFileSync(file, '', { mode: 0o644 })
  await open(file)
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('files beside it that others could read are made private', async () => {
  const file = join(temporaryDirectory(), 'beside.db')
  await open(file)
  for (const name of [`${file}-wal`, `${file}-shm`]) chmodSync(name, 0o644)
  await open(file)
  for (const name of [`${file}-wal`, `${file}-shm`]) {
    expect(statSync(name).mode & 0o777, name).toBe(0o600)
  }
})

test.each(['', '-wal'])('a file%s that is deleted or replaced is noticed', async suffix => {
  const file = join(temporaryDirectory(), 'gone.db')
  const store = await open(file)
  store.checkFile()
  copyFileSync(file + suffix, `${file}.copy`)
  rmSync(file + suffix)
  const replaced = expect.objectContaining({ code: 'store-replaced' })
  expect(() => store.checkFile()).toThrow(replaced)
  renameSync(`${file}.copy`, file + suffix)
  expect(() => store.checkFile()).toThrow(replaced)
})

test('a database in memory has no file to check', async () => {
  expect((await open(':memory:')).checkFile()).toBeUndefined()
})

test('what was written is there after closing and opening again', async () => {
  const file = join(temporaryDirectory(), 'again.db')
  const first = await openStore(file)
  await first.db
    .insertInto('replays')
    .values({ source: 'a', assertion_id: 'b', expires_at: 1 })
    .execute()
  await first.close()
  const second = await open(file)
  expect(await second.db.selectFrom('replays').selectAll().execute()).toEqual([
    { source: 'a', assertion_id: 'b', expires_at: 1 },
  ])
})

test('several openings of a new database at once all get it', async () => {
  const file = join(temporaryDirectory(), 'both.db')
  const stores = await Promise.all([open(file), open(file), open(file)])
  for (const store of stores) {
    expect(await store.db.selectFrom('users').selectAll().execute()).toEqual([])
  }
})

test('a database of a newer version is refused and left alone', async () => {
  const file = join(temporaryDirectory(), 'newer.db')
  const store = await openStore(file)
  const later = { async up() {} }
  await migrate(store.db, { ...migrations, '9999-later': later })
  await store.close()
  await expect(openStore(file)).rejects.toMatchObject({
    code: 'store-newer',
    message: 'the database has the migration 9999-later, which this version does not know',
  })
})

/** A database as it was before the migration of this name. */
async function openBefore(name: string): Promise<Kysely<Tables>> {
  const turns = { connection: createTurns(), write: createTurns() }
  const db = new Kysely<Tables>({ dialect: sqliteDialect(new DatabaseSync(':memory:'), turns) })
  onTestFinished(() => db.destroy())
  const earlier = Object.entries(migrations).filter(([one]) => one < name)
  await migrate(db, Object.fromEntries(earlier))
  return db
}

test('open sessions survive the step to single logout, and have no name for it', async () => {
  const db = await openBefore('0003-single-logout')
  await sql`insert into browser_sessions values ('h', '{}', 'https://idp.example', null, 1, 1, 9)`.execute(
    db,
  )
  await migrate(db)
  expect(await db.selectFrom('browser_sessions').selectAll().execute()).toMatchObject([
    { id_hash: 'h', name_id: null, session_index: null },
  ])
  expect(await db.selectFrom('logout_requests').selectAll().execute()).toEqual([])
})

test('an audit log of before keeps its events, goes on counting, and stays append-only', async () => {
  const db = await openBefore('0021-audit-sinks')
  const event = (id: string, previous_hash: string, hash: string) =>
    db
      .insertInto('audit_events')
      .values({ id, at: 1, type: 'signout', body: '{}', previous_hash, hash })
      .execute()
  const zero = '0'.repeat(64)
  await event('ev-1', zero, 'one')
  await event('ev-2', 'one', 'two')
  const before = await db.selectFrom('audit_events').selectAll().execute()
  await migrate(db)
  expect(await db.selectFrom('audit_events').selectAll().execute()).toEqual(before)
  await event('ev-3', 'two', 'three')
  const seqs = await db.selectFrom('audit_events').select('seq').execute()
  expect(seqs.map(({ seq }) => seq)).toEqual([1, 2, 3])
  await expect(event('ev-4', 'two', 'fork')).rejects.toThrow('this is not its end')
  await expect(event('ev-4', zero, 'fork')).rejects.toThrow('this is not its end')
  await expect(event('ev-3', 'three', 'four')).rejects.toThrow('append-only')
  await expect(sql`delete from audit_events`.execute(db)).rejects.toThrow('append-only')
  await expect(sql`update audit_events set body = ''`.execute(db)).rejects.toThrow('append-only')
})

test('a migration that fails leaves nothing of itself behind', async () => {
  const store = await open(':memory:')
  const broken = {
    async up(db: typeof store.db) {
      await sql`create table half (id integer)`.execute(db)
      throw new Error('stopped half-way')
    },
  }
  await expect(migrate(store.db, { ...migrations, '9999-broken': broken })).rejects.toThrow(
    'stopped half-way',
  )
  const tables = await store.db.introspection.getTables()
  expect(tables.map(table => table.name)).not.toContain('half')
})

test.each([
  ['a directory', '.'],
  ['a file in a directory that is not there', 'no/such.db'],
])('%s is refused with the reason', async (_title, name) => {
  const file = join(temporaryDirectory(), name)
  await expect(openStore(file)).rejects.toMatchObject({
    name: 'StoreError',
    code: 'store-unusable',
    message: expect.stringContaining(file),
  })
})

test('a file that is no database is refused', async () => {
  const directory = temporaryDirectory({ 'text.db': 'this is not a database, but a longer text\n' })
  await expect(openStore(join(directory, 'text.db'))).rejects.toMatchObject({
    code: 'store-unusable',
  })
})

test('a transaction takes the write lock when it begins', async () => {
  const file = join(temporaryDirectory(), 'lock.db')
  const store = await open(file)
  const other = new DatabaseSync(file, { timeout: 0 })
  onTestFinished(() => other.close())
  await store.db.transaction().execute(async transaction => {
    await transaction.selectFrom('users').selectAll().execute()
    expect(() => other.exec('begin immediate')).toThrow('locked')
  })
  expect(() => other.exec('begin immediate; rollback')).not.toThrow()
})

test('while another process writes, reading goes on and all writers wait at once', async () => {
  const file = join(temporaryDirectory(), 'busy.db')
  const store = await open(file)
  const other = new DatabaseSync(file, { timeout: 0 })
  onTestFinished(() => other.close())
  const replay = (id: string) => ({ source: 'a', assertion_id: id, expires_at: 1 })
  const write = (id: string) => store.db.insertInto('replays').values(replay(id)).execute()
  const read = () => store.db.selectFrom('replays').selectAll().execute()

  other.exec('begin immediate')
  const start = performance.now()
  const writes = [
    write('b'),
    store.db.transaction().execute(async transaction => {
      await transaction.insertInto('replays').values(replay('c')).execute()
    }),
    write('d'),
  ]
  expect(await read()).toEqual([])
  expect(performance.now() - start).toBeLessThan(1000)
  other.exec('rollback')
  await Promise.all(writes)
  expect((await read()).map(row => row.assertion_id).sort()).toEqual(['b', 'c', 'd'])

  other.exec('begin immediate')
  const again = performance.now()
  const refused = await Promise.allSettled([write('e'), write('f'), write('g')])
  expect(performance.now() - again).toBeLessThan(7000)
  const failed = { status: 'rejected', reason: expect.objectContaining({ code: 'store-failed' }) }
  expect(refused).toEqual([failed, failed, failed])
  other.exec('rollback')
  await write('h')
}, 15_000)

test('transactions do not mix, nor do statements beside them', async () => {
  const store = await open(':memory:')
  const add = (db: typeof store.db, id: string) =>
    db.insertInto('replays').values({ source: 'a', assertion_id: id, expires_at: 1 }).execute()
  const half = (id: string, isKept: boolean) =>
    store.db.transaction().execute(async transaction => {
      await add(transaction, `${id}1`)
      await new Promise(resolve => setImmediate(resolve))
      await add(transaction, `${id}2`)
      if (!isKept) throw new Error('not kept')
    })
  await Promise.allSettled([half('a', true), add(store.db, 'b'), half('c', false), half('d', true)])
  const rows = await store.db.selectFrom('replays').select('assertion_id').execute()
  expect(rows.map(row => row.assertion_id)).toEqual(['a1', 'a2', 'b', 'd1', 'd2'])
})

test('a database that can only be read says so, and works again after', async () => {
  const store = await open(join(temporaryDirectory(), 'read.db'))
  const write = () =>
    store.db.transaction().execute(async transaction => {
      const replay = { source: 'a', assertion_id: 'b', expires_at: 1 }
      await transaction.insertInto('replays').values(replay).execute()
    })
  await sql`pragma query_only = on`.execute(store.db)
  await expect(write()).rejects.toMatchObject({
    code: 'store-failed',
    message: expect.stringContaining('it can only be read'),
  })
  await sql`pragma query_only = off`.execute(store.db)
  await write()
})

test('columns keep their types: a text is refused where a time belongs', async () => {
  const store = await open(':memory:')
  const insert = sql`insert into replays values ('a', 'b', 'soon')`.execute(store.db)
  await expect(insert).rejects.toThrow('cannot store TEXT value in INTEGER column')
})

test('values that SQLite cannot hold are refused, not turned into something else', async () => {
  const store = await open(':memory:')
  const query = sql`select ${true}`.execute(store.db)
  await expect(query).rejects.toThrow('a query parameter is a boolean')
})

test('many different statements work and need no more than a bounded cache', async () => {
  const store = await open(':memory:')
  for (let index = 0; index < 450; index += 1) {
    const { rows } = await sql<{ n: number }>`select ${sql.raw(String(index))} as n`.execute(
      store.db,
    )
    expect(rows).toEqual([{ n: index }])
  }
})
