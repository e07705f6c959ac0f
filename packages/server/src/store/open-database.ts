import { DatabaseSync } from 'node:sqlite'

/** How long opening waits for another process that opens it too, in milliseconds. */
const openTimeout = 5000

/**
 * A connection as all of ours are: every commit is on the disk when it returns (synchronous=FULL).
 * `busyTimeout`: for how many milliseconds a statement stops its thread while another connection holds
 * the lock.
 */
export function openDatabase(file: string, busyTimeout: number): DatabaseSync {
  const database = new DatabaseSync(file, {
    timeout: openTimeout,
    enableForeignKeyConstraints: true,
  })
  try {
    database.exec('pragma journal_mode = wal')
    database.exec('pragma synchronous = full')
    database.exec('pragma trusted_schema = off')
    database.exec(`pragma busy_timeout = ${busyTimeout}`)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}
