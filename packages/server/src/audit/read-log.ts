import type { Selectable } from 'kysely'
import type { AuditEventsTable, Store } from '../store/index.ts'
import type { AuditEventType } from './event.ts'

/** An event as it stands in the log. */
export type LogRow = Readonly<Selectable<AuditEventsTable>>

/** Which events of the log; all of them by default. */
export interface LogRange {
  /** Those after this number. */
  readonly after?: number | undefined
  /** Of this time or later. */
  readonly since?: Date | undefined
  /** Before this time. */
  readonly until?: Date | undefined
  readonly types?: readonly AuditEventType[] | undefined
  /** Most events of a page. */
  readonly pageSize?: number
}

/** Reads the log from the oldest event on, a page at a time: its memory does not depend on the log. */
export async function* readLog(store: Store, range: LogRange = {}): AsyncGenerator<LogRow[]> {
  const { since, until, types, pageSize = 500 } = range
  let after = range.after ?? 0
  for (;;) {
    let query = store.db
      .selectFrom('audit_events')
      .selectAll()
      .where('seq', '>', after)
      .orderBy('seq')
      .limit(pageSize)
    if (since !== undefined) query = query.where('at', '>=', since.getTime())
    if (until !== undefined) query = query.where('at', '<', until.getTime())
    if (types !== undefined) query = query.where('type', 'in', types)
    const rows = await query.execute()
    if (rows.length > 0) yield rows
    if (rows.length < pageSize) return
    after = rows.at(-1)?.seq ?? after
  }
}
