import { randomBytes } from 'node:crypto'
import type { Selectable, Transaction } from 'kysely'
import type { AuditEventsTable, Store, Tables } from '../store/index.ts'
import { canonicalEvent } from './canonical-event.ts'
import { chainHash, genesisHash } from './chain.ts'
import type { AuditEvent, AuditEventType, RecordedEvent } from './event.ts'

/** The audit log: written once, read, never changed. */
export interface Audit {
  /**
   * Writes the event, or several in order. When it resolves they are on the disk; it answers with
   * the id of the first. Rejects when they could not be written: then nothing may leave.
   */
  record(event: AuditEvent | readonly [AuditEvent, ...AuditEvent[]]): Promise<string>
  /** The latest events, newest first. */
  recent(options?: { limit?: number; type?: AuditEventType }): Promise<readonly RecordedEvent[]>
  /** One event by its id. */
  find(id: string): Promise<RecordedEvent | undefined>
}

/** Where event times and ids come from. */
export interface AuditOptions {
  readonly now: () => Date
  /** Random bytes for event ids. */
  readonly random?: (size: number) => Uint8Array
}

interface Entry {
  readonly id: string
  readonly at: number
  readonly type: AuditEventType
  readonly body: string
}

interface Batch {
  readonly entries: Entry[]
  readonly written: Promise<void>
}

/** Most events of one transaction. */
const batchSize = 256

/**
 * The audit log on a store. Events that arrive while a transaction is being written wait and go
 * into the next one together: one fsync for all of them.
 */
export function createAudit(store: Store, options: AuditOptions): Audit {
  const random = options.random ?? randomBytes
  let open: Batch | undefined
  let last: Promise<void> = Promise.resolve()

  const enqueue = (entries: readonly Entry[]): Promise<void> => {
    if (open !== undefined && open.entries.length + entries.length <= batchSize) {
      open.entries.push(...entries)
      return open.written
    }
    const batch: { entries: Entry[]; written: Promise<void> } = {
      entries: [...entries],
      written: last.then(() => {
        if (open === batch) open = undefined
        return commit(store, batch.entries)
      }),
    }
    open = batch
    // The next batch waits for this one, and is not refused because this one failed.
    last = batch.written.catch(() => undefined)
    return batch.written
  }

  return Object.freeze({
    async record(event: AuditEvent | readonly [AuditEvent, ...AuditEvent[]]) {
      const events = isList(event) ? event : [event]
      const at = options.now()
      const entries = events.map(one => entryOf(one, at, random))
      await enqueue(entries)
      return entries[0]?.id ?? ''
    },
    recent: (query: { limit?: number; type?: AuditEventType } = {}) => recent(store, query),
    async find(id: string) {
      const row = await store.db
        .selectFrom('audit_events')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst()
      return row === undefined ? undefined : recorded(row)
    },
  })
}

/**
 * Writes the event in a transaction of the caller's: what happened and its event are there both, or
 * neither. Answers with the event's id.
 */
export async function recordIn(
  transaction: Transaction<Tables>,
  event: AuditEvent,
  options: AuditOptions,
): Promise<string> {
  const entry = entryOf(event, options.now(), options.random ?? randomBytes)
  await append(transaction, [entry])
  return entry.id
}

function entryOf(event: AuditEvent, at: Date, random: (size: number) => Uint8Array): Entry {
  const id = newEventId(random)
  return { id, at: at.getTime(), type: event.type, body: canonicalEvent(id, at, event) }
}

function isList(
  event: AuditEvent | readonly [AuditEvent, ...AuditEvent[]],
): event is readonly [AuditEvent, ...AuditEvent[]] {
  return Array.isArray(event)
}

function newEventId(random: (size: number) => Uint8Array): string {
  return `ev-${Buffer.from(random(12)).toString('hex')}`
}

async function commit(store: Store, entries: readonly Entry[]): Promise<void> {
  await store.db.transaction().execute(async transaction => {
    await append(transaction, entries)
    store.checkFile()
  })
}

async function append(transaction: Transaction<Tables>, entries: readonly Entry[]): Promise<void> {
  const head = await transaction
    .selectFrom('audit_events')
    .select('hash')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  let previousHash = head?.hash ?? genesisHash
  for (const entry of entries) {
    const hash = chainHash(previousHash, entry.body)
    const row = { ...entry, previous_hash: previousHash, hash }
    await transaction.insertInto('audit_events').values(row).execute()
    previousHash = hash
  }
}

async function recent(
  store: Store,
  query: { limit?: number; type?: AuditEventType },
): Promise<readonly RecordedEvent[]> {
  let rows = store.db
    .selectFrom('audit_events')
    .selectAll()
    .orderBy('seq', 'desc')
    .limit(Math.min(query.limit ?? 100, 1000))
  if (query.type !== undefined) rows = rows.where('type', '=', query.type)
  return (await rows.execute()).map(recorded)
}

function recorded(row: Selectable<AuditEventsTable>): RecordedEvent {
  const body: AuditEvent & { id: string; at: string } = JSON.parse(row.body)
  const { id: _id, at: _at, ...event } = body
  return Object.freeze({
    seq: row.seq,
    id: row.id,
    at: new Date(row.at),
    event: Object.freeze(event),
    previousHash: row.previous_hash,
    hash: row.hash,
  })
}
