import type { DatabaseSync } from 'node:sqlite'

/** Runs the work in a transaction that has the write lock from its beginning. */
export function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('begin immediate')
  try {
    const result = work()
    database.exec('commit')
    return result
  } catch (error) {
    // SQLite has rolled back by itself after some errors, such as a full disk.
    if (database.isTransaction) database.exec('rollback')
    throw error
  }
}
