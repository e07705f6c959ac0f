/** Whose browser sessions have ended or changed: also by another process, such as `rolecall signout`. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { storeFailure } from './sqlite-errors.ts'

/** Looks at the changes since it looked last. */
export interface SessionWatch {
  /**
   * Ids of principals; `any` when there are too many to name. Every change that was committed before the
   * call is told. Throws StoreError.
   */
  changed(): readonly string[] | 'any'
}

/** More than this in one look are not told one by one. */
const mostTold = 500
const nobody: readonly string[] = Object.freeze([])

/** A watch from now on. Triggers of the database write the changes down, whoever makes them. */
export function watchSessions(database: DatabaseSync): SessionWatch {
  let statement: StatementSync | undefined
  let last = lastChange(database)

  function read(): readonly string[] | 'any' {
    statement ??= database.prepare(
      'select seq, principal_id from session_changes where seq > ? order by seq limit ?',
    )
    if (statement.get(last, 1) === undefined) return nobody
    const rows = statement.all(last, mostTold + 1)
    const [first] = rows
    const isWhole = rows.length <= mostTold && first?.seq === last + 1
    if (!isWhole) {
      last = lastChange(database)
      return 'any'
    }
    last += rows.length
    return [...new Set(rows.map(row => String(row.principal_id)))]
  }

  return Object.freeze({
    changed() {
      try {
        return read()
      } catch (error) {
        throw storeFailure(error)
      }
    },
  })
}

function lastChange(database: DatabaseSync): number {
  const row = database.prepare('select max(seq) as seq from session_changes').get()
  return Number(row?.seq ?? 0)
}
