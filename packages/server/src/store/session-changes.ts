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
  let statements: { readonly first: StatementSync; readonly all: StatementSync } | undefined
  let last = lastChange(database)

  function read(): readonly string[] | 'any' {
    // For each request: what is prepared once, and finds nothing in one look at the index, costs little.
    statements ??= {
      first: database.prepare('select 1 from session_changes where seq > ? limit 1'),
      all: database.prepare(
        `select seq, principal_id from session_changes where seq > ? order by seq limit ${mostTold + 1}`,
      ),
    }
    if (statements.first.get(last) === undefined) return nobody
    const rows = statements.all.all(last)
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
