import type { DatabaseSync } from 'node:sqlite'
import { Kysely } from 'kysely'
import { checkFiles, makePrivate, type OpenedFile, openedFiles } from './database-files.ts'
import { StoreError } from './errors.ts'
import { inTransaction } from './in-transaction.ts'
import { migrate } from './migrate.ts'
import { openDatabase } from './open-database.ts'
import { type SessionWatch, watchSessions } from './session-changes.ts'
import { sqliteDialect } from './sqlite-dialect.ts'
import { storeFailure } from './sqlite-errors.ts'
import type { Tables } from './tables.ts'
import { createTurns, type Turns } from './turns.ts'
import { lockDeadline, whenUnlocked } from './when-unlocked.ts'

/** What the gateway remembers. Close it once nothing uses it any more. */
export interface Store {
  readonly db: Kysely<Tables>
  /** Throws StoreError `store-replaced` when the file is no longer the one that was opened. */
  checkFile(): void
  /**
   * Runs work that writes with SQLite itself, in one transaction that has the write lock from its
   * beginning. Throws StoreError `store-failed` and what the work throws.
   */
  transact<T>(work: (database: DatabaseSync) => T): Promise<T>
  /** Tells, from now on, whose browser sessions ended or changed. Throws StoreError. */
  watchSessions(): SessionWatch
  /** The file for a connection of one's own; undefined when the store is in memory only. */
  readonly file: StoreFile | undefined
  close(): Promise<void>
}

/** What another connection of this process needs to write to the same file. */
export interface StoreFile {
  readonly name: string
  readonly opened: readonly OpenedFile[]
  /** Runs the work while nobody else in this process writes. */
  exclusively<T>(work: () => Promise<T>): Promise<T>
}

const inMemory = ':memory:'

/**
 * Opens the database file (made when it is not there, readable by its owner only) and brings its
 * schema up to date. `:memory:` keeps nothing. Every commit is on the disk when it returns
 * (synchronous=FULL). Throws StoreError.
 */
export async function openStore(name: string): Promise<Store> {
  const database = open(name)
  const turns: Turns = { connection: createTurns(), write: createTurns() }
  const db = new Kysely<Tables>({ dialect: sqliteDialect(database, turns) })
  try {
    await migrate(db)
  } catch (error) {
    if (database.isOpen) database.close()
    const isNewer = error instanceof StoreError && error.code === 'store-newer'
    throw isNewer ? error : unusable(name, error)
  }
  const opened = name === inMemory ? [] : openedFiles(name)
  return Object.freeze({
    db,
    checkFile: () => checkFiles(opened),
    watchSessions: () => watchSessions(database),
    transact: work => transact(database, turns, work),
    file:
      name === inMemory
        ? undefined
        : { name, opened, exclusively: work => exclusively(turns, work) },
    close: () => db.destroy(),
  } satisfies Store)
}

async function exclusively<T>(turns: Turns, work: () => Promise<T>): Promise<T> {
  const giveWrite = await turns.write()
  try {
    return await work()
  } finally {
    giveWrite()
  }
}

function transact<T>(
  database: DatabaseSync,
  turns: Turns,
  work: (database: DatabaseSync) => T,
): Promise<T> {
  const deadline = lockDeadline()
  const attempt = () => {
    try {
      return inTransaction(database, () => work(database))
    } catch (error) {
      throw storeFailure(error)
    }
  }
  return exclusively(turns, async () => {
    const done = await whenUnlocked(turns.connection, attempt, deadline)
    done.giveTurn()
    return done.result
  })
}

function open(name: string): DatabaseSync {
  try {
    if (name !== inMemory) makePrivate(name)
    // The dialect waits for locks, without holding up this process.
    return openDatabase(name, 0)
  } catch (error) {
    throw unusable(name, error)
  }
}

function unusable(file: string, cause: unknown): StoreError {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new StoreError('store-unusable', `cannot open the database ${file}: ${why}`, { cause })
}
