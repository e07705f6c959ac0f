import { randomBytes } from 'node:crypto'
import { setImmediate as endOfRound } from 'node:timers/promises'
import type { Transaction } from 'kysely'
import type { Store, Tables } from '../store/index.ts'
import type { Entry } from './append.ts'
import { canonicalEvent } from './canonical-event.ts'
import { chainHash, genesisHash } from './chain.ts'
import type { AuditEvent, AuditEventType, RecordedEvent } from './event.ts'
import { directWriter, type GroupWriter } from './group-writer.ts'
import type { LogRow } from './read-log.ts'

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
  /** Told after a group was written. */
  readonly onWritten?: () => void
}

interface Batch {
  readonly entries: Entry[]
  readonly written: Promise<void>
}

/** Most events of one transaction. */
const batchSize = 1024

/**
 * The audit log on a store. Events of one round of the event loop, and those that arrive while a
 * transaction is being written, go into the next one together: one fsync for all of them.
 */
export function createAudit(
  store: Store,
  options: AuditOptions,
  writer: GroupWriter = directWriter(store),
): Audit {
  const random = inPieces(options.random ?? randomBytes)
  let open: Batch | undefined
  let last: Promise<void> = Promise.resolve()

  const enqueue = (entries: readonly Entry[]): Promise<void> => {
    if (open !== undefined && open.entries.length + entries.length <= batchSize) {
      open.entries.push(...entries)
      return open.written
    }
    const batch: { entries: Entry[]; written: Promise<void> } = {
      entries: [...entries],
      written: last
        .then(endOfRound)
        .then(() => {
          if (open === batch) open = undefined
          return writer.write(batch.entries)
        })
        .then(options.onWritten),
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
      return entries[0]?.[0] ?? ''
    },
    recent: (query: { limit?: number; type?: AuditEventType } = {}) => recent(store, query),
    async find(id: string) {
      const row = await store.db
        .selectFrom('audit_events')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst()
      return row === undefined ? undefined : recordedEvent(row)
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
  const [id, at, type, body] = entry
  const head = await transaction
    .selectFrom('audit_events')
    .select('hash')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  const previous = head?.hash ?? genesisHash
  const row = { id, at, type, body, previous_hash: previous, hash: chainHash(previous, body) }
  await transaction.insertInto('audit_events').values(row).execute()
  return id
}

function entryOf(event: AuditEvent, at: Date, random: (size: number) => Uint8Array): Entry {
  const id = newEventId(at, random)
  return [id, at.getTime(), event.type, canonicalEvent(id, at, event)]
}

function isList(
  event: AuditEvent | readonly [AuditEvent, ...AuditEvent[]],
): event is readonly [AuditEvent, ...AuditEvent[]] {
  return Array.isArray(event)
}

/** The same random bytes, fetched for many at once: asking the system costs more than the rest of an event. */
function inPieces(random: (size: number) => Uint8Array): (size: number) => Uint8Array {
  const much = 4096
  let rest: Uint8Array = new Uint8Array()
  return size => {
    if (rest.length < size) rest = random(Math.max(much, size))
    const piece = rest.subarray(0, size)
    rest = rest.subarray(size)
    return piece
  }
}

/** Begins with the time, so that new ids stand side by side in their index; the rest is chance. */
function newEventId(at: Date, random: (size: number) => Uint8Array): string {
  const time = Math.max(0, at.getTime()).toString(16).padStart(12, '0').slice(-12)
  return `ev-${time}${Buffer.from(random(6)).toString('hex')}`
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
  return (await rows.execute()).map(recordedEvent)
}

/** The event of a row of the log. */
export function recordedEvent(row: LogRow): RecordedEvent {
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
