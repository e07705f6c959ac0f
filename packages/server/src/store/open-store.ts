import { DatabaseSync } from 'node:sqlite'
import { Kysely } from 'kysely'
import { makePrivate, watchFiles } from './database-files.ts'
import { StoreError } from './errors.ts'
import { migrate } from './migrate.ts'
import { sqliteDialect } from './sqlite-dialect.ts'
import type { Tables } from './tables.ts'

/** What the gateway remembers. Close it once nothing uses it any more. */
export interface Store {
  readonly db: Kysely<Tables>
  /** Throws StoreError `store-replaced` when the file is no longer the one that was opened. */
  checkFile(): void
  close(): Promise<void>
}

/** How long opening waits for another process that opens it too, in milliseconds. */
const openTimeout = 5000
const inMemory = ':memory:'

/**
 * Opens the database file (made when it is not there, readable by its owner only) and brings its
 * schema up to date. `:memory:` keeps nothing. Every commit is on the disk when it returns
 * (synchronous=FULL). Throws StoreError.
 */
export async function openStore(file: string): Promise<Store> {
  const database = openDatabase(file)
  const db = new Kysely<Tables>({ dialect: sqliteDialect(database) })
  try {
    await migrate(db)
  } catch (error) {
    if (database.isOpen) database.close()
    const isNewer = error instanceof StoreError && error.code === 'store-newer'
    throw isNewer ? error : unusable(file, error)
  }
  const checkFile = file === inMemory ? () => undefined : watchFiles(file)
  return Object.freeze({ db, checkFile, close: () => db.destroy() })
}

function openDatabase(file: string): DatabaseSync {
  let database: DatabaseSync | undefined
  try {
    if (file !== inMemory) makePrivate(file)
    database = new DatabaseSync(file, { timeout: openTimeout, enableForeignKeyConstraints: true })
    database.exec('pragma journal_mode = wal')
    database.exec('pragma synchronous = full')
    database.exec('pragma trusted_schema = off')
    // From here on the dialect waits for locks, without holding up this process.
    database.exec('pragma busy_timeout = 0')
    return database
  } catch (error) {
    database?.close()
    throw unusable(file, error)
  }
}

function unusable(file: string, cause: unknown): StoreError {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new StoreError('store-unusable', `cannot open the database ${file}: ${why}`, { cause })
}
