import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryDirectory } from '../../tests/support/temporary-directory.ts'
import { openStore, type Store } from '../store/index.ts'
import {
  type AuditEvent,
  createAudit,
  genesisHash,
  recordIn,
  threadWriter,
  verifyChain,
} from './index.ts'

const at = new Date('2026-03-01T12:00:00Z')
const now = () => at
const event: AuditEvent = { type: 'signin.succeeded', result: 'success', principal: 'local:alice' }

async function open(file = ':memory:') {
  const store = await openStore(file)
  onTestFinished(() => store.close())
  return { store, audit: createAudit(store, { now }) }
}

test('an event is there with all its fields when record resolves', async () => {
  const { store, audit } = await open()
  const full: Required<AuditEvent> = {
    type: 'role.taken',
    result: 'success',
    principal: 'company:alice',
    source: 'company',
    address: '192.0.2.1',
    account: 'prod',
    role: 'Admin',
    grant: 'prod-admin',
    sessionName: 'alice',
    accessKeyId: 'ASIAEXAMPLE',
    requestId: 'r-1',
    code: 'none',
    reason: 'group "admins"',
    detail: { a: '1', b: '2' },
  }
  const id = await audit.record(full)
  expect(id).toMatch(/^ev-[0-9a-f]{24}$/)
  expect(await audit.recent()).toEqual([
    { seq: 1, id, at, event: full, previousHash: genesisHash, hash: expect.any(String) },
  ])
  expect(await verifyChain(store)).toMatchObject({ ok: true, events: 1 })
})

test('several events are written in order and the first id is answered', async () => {
  const { audit } = await open()
  const id = await audit.record([event, { ...event, type: 'signout' }])
  const [newest, oldest] = await audit.recent({ limit: 2 })
  expect(oldest).toMatchObject({ id, seq: 1, event })
  expect(newest).toMatchObject({ seq: 2, event: { type: 'signout' } })
  expect(await audit.recent({ type: 'signout' })).toHaveLength(1)
})

test('events in flight together share transactions and keep one chain', async () => {
  const { store, audit } = await open(join(temporaryDirectory(), 'audit.db'))
  const ids = await Promise.all(Array.from({ length: 700 }, () => audit.record(event)))
  expect(new Set(ids).size).toBe(700)
  expect(await verifyChain(store)).toMatchObject({ ok: true, events: 700 })
})

test('two logs on one database, as of two processes, do not fork the chain', async () => {
  const file = join(temporaryDirectory(), 'audit.db')
  const [one, two] = [await open(file), await open(file)]
  await Promise.all(
    Array.from({ length: 100 }, (_, index) => (index % 2 ? one : two).audit.record(event)),
  )
  expect(await verifyChain(one.store)).toMatchObject({ ok: true, events: 100 })
})

test('real processes writing at once keep one chain', { timeout: 60_000 }, async () => {
  const file = join(temporaryDirectory(), 'audit.db')
  const { store } = await open(file)
  const writer = `
    import { openStore } from ${JSON.stringify(import.meta.resolve('../store/index.ts'))}
    import { createAudit, threadWriter } from ${JSON.stringify(import.meta.resolve('./index.ts'))}
    const store = await openStore(${JSON.stringify(file)})
    const writer = threadWriter(store)
    const audit = createAudit(store, { now: () => new Date() }, writer)
    for (let i = 0; i < 40; i += 1) await audit.record({ type: 'signout', result: 'success' })
    await writer.close()
    await store.close()`
  const run = () => promisify(execFile)(process.execPath, ['--input-type=module', '--eval', writer])
  await Promise.all([run(), run(), run()])
  expect(await verifyChain(store)).toMatchObject({ ok: true, events: 120 })
})

test('a thread writes the log as the store itself does, and takes turns with it', async () => {
  const { store } = await open(join(temporaryDirectory(), 'audit.db'))
  const writer = threadWriter(store)
  onTestFinished(() => writer.close())
  const audit = createAudit(store, { now }, writer)
  const other = (id: number) =>
    store.db.transaction().execute(async transaction => {
      await recordIn(transaction, { ...event, type: 'user.changed' }, { now })
      const replay = { source: 'a', assertion_id: `${id}`, expires_at: 1 }
      await transaction.insertInto('replays').values(replay).execute()
    })
  const work = Array.from({ length: 300 }, (_, index) =>
    index % 10 === 0 ? other(index) : audit.record(event),
  )
  await Promise.all(work)
  expect(await verifyChain(store)).toMatchObject({ ok: true, events: 300 })
})

test('closing the thread loses nothing that was under way, and takes nothing after', async () => {
  const store = await openStore(join(temporaryDirectory(), 'audit.db'))
  onTestFinished(() => store.close())
  const writer = threadWriter(store)
  const audit = createAudit(store, { now }, writer)
  const written = Promise.allSettled(Array.from({ length: 3000 }, () => audit.record(event)))
  await writer.close()
  expect((await written).filter(({ status }) => status === 'rejected')).toEqual([])
  await expect(audit.record(event)).rejects.toThrow('closed')
  expect(await verifyChain(store)).toMatchObject({ ok: true, events: 3000 })
})

test('a thread says why it cannot write, and goes on when it can', async () => {
  const { store } = await open(join(temporaryDirectory(), 'audit.db'))
  const writer = threadWriter(store)
  onTestFinished(() => writer.close())
  const audit = createAudit(store, { now }, writer)
  await sql`create trigger full_disk before insert on audit_events
    when new.type = 'signout' begin select raise(abort, 'disk full'); end`.execute(store.db)
  await expect(audit.record({ ...event, type: 'signout' })).rejects.toThrow('disk full')
  await audit.record(event)
  expect(await verifyChain(store)).toMatchObject({ ok: true, events: 1 })
})

test('a thread does not write to a file that took the place of ours', async () => {
  const file = join(temporaryDirectory(), 'gone.db')
  const { store } = await open(file)
  const writer = threadWriter(store)
  onTestFinished(() => writer.close())
  const audit = createAudit(store, { now }, writer)
  await audit.record(event)
  rmSync(file)
  await expect(audit.record(event)).rejects.toMatchObject({ code: 'store-replaced' })
  // One that starts when the file is gone finds out too, and makes no new log that is taken for ours.
  const late = threadWriter(store)
  onTestFinished(() => late.close())
  await expect(createAudit(store, { now }, late).record(event)).rejects.toMatchObject({
    code: 'store-replaced',
  })
  expect(await verifyChain(store)).toMatchObject({ ok: true, events: 1 })
})

test('a log whose file was deleted takes nothing more', async () => {
  const file = join(temporaryDirectory(), 'gone.db')
  const { store, audit } = await open(file)
  await audit.record(event)
  rmSync(file)
  await expect(audit.record(event)).rejects.toMatchObject({ code: 'store-replaced' })
  expect(await verifyChain(store)).toMatchObject({ ok: true, events: 1 })
})

test('a failed write rejects, says so to its callers only, and the log goes on', async () => {
  const { store, audit } = await open()
  await sql`create trigger full_disk before insert on audit_events
    when new.type = 'signout' begin select raise(abort, 'disk full'); end`.execute(store.db)
  await expect(audit.record({ ...event, type: 'signout' })).rejects.toThrow('disk full')
  await audit.record(event)
  expect(await verifyChain(store)).toMatchObject({ ok: true, events: 1 })
})

test.each([
  ['update', sql`update audit_events set body = '{}'`],
  ['delete', sql`delete from audit_events`],
  ['replace', sql`insert or replace into audit_events select * from audit_events`],
])('%s of written events is refused by the database', async (_title, statement) => {
  const { store, audit } = await open()
  await audit.record(event)
  await expect(statement.execute(store.db)).rejects.toThrow('the audit log is append-only')
  expect(await verifyChain(store)).toMatchObject({ ok: true, events: 1 })
})

const tampering: [string, string, object][] = [
  [
    'a changed body',
    `update audit_events set body = replace(body, 'alice', 'mallory') where seq = 2`,
    { seq: 2, reason: 'its body does not have its hash' },
  ],
  [
    'a changed type',
    `update audit_events set type = 'signout' where seq = 2`,
    { seq: 2, reason: 'its columns differ from its body' },
  ],
  [
    'a changed time',
    'update audit_events set at = at + 1 where seq = 3',
    { seq: 3, reason: 'its columns differ from its body' },
  ],
  [
    'a removed event',
    'delete from audit_events where seq = 2',
    { seq: 3, reason: 'event 2 is missing' },
  ],
  [
    'a removed first event',
    'delete from audit_events where seq = 1',
    { seq: 2, reason: 'event 1 is missing' },
  ],
  [
    'an event before the first',
    `insert into audit_events select -5, 'ev-x', 0, 'signout', '{}', hash, 'x' from audit_events
      order by seq desc limit 1`,
    { seq: -5, reason: 'it stands before the first event' },
  ],
  [
    'a changed hash',
    `update audit_events set hash = '${'1'.repeat(64)}' where seq = 1`,
    { seq: 1, reason: 'its body does not have its hash' },
  ],
  [
    'a changed link',
    `update audit_events set previous_hash = '${'1'.repeat(64)}' where seq = 2`,
    { seq: 2, reason: 'it does not name the hash of the event before it' },
  ],
]

test.each(tampering)('%s is found, without the triggers', async (_title, statement, found) => {
  const { store, audit } = await open()
  await audit.record([event, event, event])
  await withoutTriggers(store)
  await sql.raw(statement).execute(store.db)
  expect(await verifyChain(store)).toEqual({ ok: false, ...found })
})

test('events cut off the end are found by comparing with a head kept elsewhere', async () => {
  const { store, audit } = await open()
  await audit.record([event, event])
  const before = await verifyChain(store)
  await withoutTriggers(store)
  await sql`delete from audit_events where seq = 2`.execute(store.db)
  const after = await verifyChain(store)
  expect(after).toMatchObject({ ok: true, events: 1 })
  expect(after).not.toEqual(before)
})

test('any text stays on one line, within its bound, and well-formed', {
  timeout: 60_000,
}, async () => {
  const { store, audit } = await open()
  const text = fc.string({ unit: 'binary', maxLength: 3000 })
  await fc.assert(
    fc.asyncProperty(text, text, async (reason, value) => {
      await audit.record({ ...event, reason, source: value, detail: { value } })
      const [latest] = await audit.recent({ limit: 1 })
      const row = store.db.selectFrom('audit_events').select('body').orderBy('seq', 'desc')
      const { body } = await row.limit(1).executeTakeFirstOrThrow()
      expect(body).not.toMatch(/\p{Cc}/u)
      expect(body.isWellFormed()).toBe(true)
      expect(Buffer.byteLength(latest?.event.reason ?? '')).toBeLessThanOrEqual(1024)
      if (Buffer.byteLength(reason) <= 1024) expect(latest?.event.reason).toBe(reason)
    }),
    { numRuns: 200 },
  )
  expect(await verifyChain(store)).toMatchObject({ ok: true })
})

test('control characters and line separators are escaped, and come back', async () => {
  const { store, audit } = await open()
  const reason = 'a\n\u001b\u007f\u0085\u009b\u2028\u2029b'
  await audit.record({ ...event, reason })
  const { body } = await store.db
    .selectFrom('audit_events')
    .select('body')
    .executeTakeFirstOrThrow()
  expect(body).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u)
  expect(await audit.recent()).toMatchObject([{ event: { reason } }])
})

test('detail is bounded in entries too', async () => {
  const { audit } = await open()
  const entries = Array.from({ length: 100 }, (_, index) => [`k${index}`, 'v'] as const)
  await audit.record({ ...event, detail: Object.fromEntries(entries) })
  const [latest] = await audit.recent()
  expect(Object.keys(latest?.event.detail ?? {})).toHaveLength(32)
})

async function withoutTriggers(store: Store): Promise<void> {
  await sql`drop trigger audit_events_no_update`.execute(store.db)
  await sql`drop trigger audit_events_no_delete`.execute(store.db)
}

test('event ids share what the system is asked for, and none is given twice', async () => {
  const store = await openStore(':memory:')
  onTestFinished(() => store.close())
  let asked = 0
  const random = (size: number) => {
    asked += 1
    return randomBytes(size)
  }
  const audit = createAudit(store, { now, random })
  const ids = await Promise.all(Array.from({ length: 2000 }, () => audit.record(event)))
  expect(new Set(ids).size).toBe(2000)
  expect(asked).toBeLessThan(10)
})
