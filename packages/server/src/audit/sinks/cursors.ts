import type { Store } from '../../store/index.ts'
import { hasEnded } from './holder.ts'

/** How far a sink has taken the log, as `rolecall audit sinks` and the health page show it. */
export interface SinkState {
  readonly sink: string
  /** The last event that it took; 0: none. */
  readonly seq: number
  /** Events in the log behind it. */
  readonly waiting: number
  readonly takenAt: Date | undefined
  /** Since when, how often and why it fails now; undefined while it works. */
  readonly failure:
    | { readonly since: Date; readonly count: number; readonly problem: string }
    | undefined
}

const maxProblem = 500

/** The end of the log. */
export async function lastSeq(store: Store): Promise<number> {
  const row = await store.db
    .selectFrom('audit_events')
    .select('seq')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.seq ?? 0
}

/** Makes the cursor of a sink that is new: at the beginning of the log, or at its end as it is now. */
export async function addCursor(store: Store, sink: string, from: 'start' | 'now'): Promise<void> {
  const seq = from === 'start' ? 0 : await lastSeq(store)
  await store.db
    .insertInto('audit_sinks')
    .values({ sink, seq, taken_at: null, failing_since: null, problem: null, holder: null })
    .onConflict(conflict => conflict.column('sink').doNothing())
    .execute()
}

/** The last event that the sink took; undefined when it has no cursor. */
export async function cursorOf(store: Store, sink: string): Promise<number | undefined> {
  const row = await store.db
    .selectFrom('audit_sinks')
    .select('seq')
    .where('sink', '=', sink)
    .executeTakeFirst()
  return row?.seq
}

/**
 * Takes the sink for this process for a time, or for longer when it has it. Answers with its cursor;
 * undefined while another process has it, one that lives and keeps to its time.
 */
export async function holdSink(
  store: Store,
  sink: string,
  { holder, at, until }: { readonly holder: string; readonly at: Date; readonly until: Date },
): Promise<number | undefined> {
  return store.db.transaction().execute(async transaction => {
    const row = await transaction
      .selectFrom('audit_sinks')
      .select(['seq', 'holder', 'held_until'])
      .where('sink', '=', sink)
      .executeTakeFirst()
    if (row === undefined) return undefined
    const isFree =
      row.holder === null ||
      row.holder === holder ||
      row.held_until <= at.getTime() ||
      // A clock that was set back must not lock everybody out.
      row.held_until > until.getTime() ||
      hasEnded(row.holder)
    if (!isFree) return undefined
    await transaction
      .updateTable('audit_sinks')
      .set({ holder, held_until: until.getTime() })
      .where('sink', '=', sink)
      .execute()
    return row.seq
  })
}

/** Gives the sink to other processes. */
export async function releaseSink(store: Store, sink: string, holder: string): Promise<void> {
  await store.db
    .updateTable('audit_sinks')
    .set({ holder: null, held_until: 0 })
    .where('sink', '=', sink)
    .where('holder', '=', holder)
    .execute()
}

/** The sink took everything up to `seq`. */
export async function moveCursor(
  store: Store,
  sink: string,
  {
    holder,
    seq,
    at,
    until,
  }: {
    readonly holder: string
    readonly seq: number
    readonly at: Date
    readonly until: Date
  },
): Promise<void> {
  await store.db
    .updateTable('audit_sinks')
    .set({
      seq,
      taken_at: at.getTime(),
      failing_since: null,
      failures: 0,
      problem: null,
      held_until: until.getTime(),
    })
    .where('sink', '=', sink)
    .where('holder', '=', holder)
    // Never backwards: somebody else may have had the sink in between.
    .where('seq', '<', seq)
    .execute()
}

/** The sink did not take a batch. */
export async function noteFailure(
  store: Store,
  sink: string,
  { at, problem }: { readonly at: Date; readonly problem: string },
): Promise<void> {
  await store.db
    .updateTable('audit_sinks')
    .set(row => ({
      failing_since: row.fn.coalesce('failing_since', row.val(at.getTime())),
      failures: row('failures', '+', 1),
      problem: problem.slice(0, maxProblem),
    }))
    .where('sink', '=', sink)
    .execute()
}

/** The states of all sinks that the store knows. */
export async function sinkStates(store: Store): Promise<readonly SinkState[]> {
  const last = await lastSeq(store)
  const rows = await store.db.selectFrom('audit_sinks').selectAll().orderBy('sink').execute()
  return rows.map(row => ({
    sink: row.sink,
    seq: row.seq,
    waiting: Math.max(0, last - row.seq),
    takenAt: row.taken_at === null ? undefined : new Date(row.taken_at),
    failure:
      row.failing_since === null
        ? undefined
        : {
            since: new Date(row.failing_since),
            count: row.failures,
            problem: row.problem ?? '',
          },
  }))
}

/** How many of these sinks do not take events now. */
export async function countFailing(store: Store, sinks: readonly string[]): Promise<number> {
  if (sinks.length === 0) return 0
  const rows = await store.db
    .selectFrom('audit_sinks')
    .select('sink')
    .where('sink', 'in', sinks)
    .where('failing_since', 'is not', null)
    .execute()
  return rows.length
}
