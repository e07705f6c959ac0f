import { type LogRange, type LogRow, readLog } from '../../src/audit/read-log.ts'
import type { Store } from '../../src/index.ts'

/** The events of the log, all in memory. */
export async function rowsOf(store: Store, range?: LogRange): Promise<LogRow[]> {
  const rows: LogRow[] = []
  for await (const page of readLog(store, range)) rows.push(...page)
  return rows
}
