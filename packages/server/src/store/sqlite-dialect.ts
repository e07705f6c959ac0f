/**
 * Kysely over `node:sqlite`. Kysely's own SQLite dialect speaks to any database of
 * better-sqlite3's shape; this gives it that shape, and three rules of ours: every transaction
 * takes the write lock when it begins (so that what it read cannot be changed by another process
 * before it writes), migrations run inside one, and a lock held by someone else is waited for
 * without stopping this process.
 */
import type { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type QueryResult,
  SqliteAdapter,
  SqliteDriver,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import { statementCache } from './statement-cache.ts'

/** How long a locked database is waited for, in milliseconds. */
const lockDeadline = 5000
const longestPause = 25
/** SQLITE_BUSY: https://sqlite.org/rescode.html#busy */
const busyCode = 5

class ImmediateDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    const connection = await super.acquireConnection()
    return {
      executeQuery: query => whenUnlocked(() => connection.executeQuery(query)),
      streamQuery: (query, size) => connection.streamQuery(query, size),
    }
  }
}

class TransactionalDdlAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

/** A Kysely dialect on an open database; `Kysely.destroy()` closes it. */
export function sqliteDialect(database: DatabaseSync): Dialect {
  return {
    createAdapter: () => new TransactionalDdlAdapter(),
    createDriver: () => new ImmediateDriver({ database: statementCache(database) }),
    createIntrospector: db => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

/**
 * SQLite's own busy timeout would sleep inside the call and hold up every other request here, even
 * the one that holds the lock. A statement that was refused as busy has had no effect, so it is
 * tried again.
 */
async function whenUnlocked<R>(execute: () => Promise<QueryResult<R>>): Promise<QueryResult<R>> {
  const deadline = performance.now() + lockDeadline
  for (let pause = 1; ; pause = Math.min(pause * 2, longestPause)) {
    try {
      return await execute()
    } catch (error) {
      if (!isBusy(error) || performance.now() >= deadline) throw error
    }
    await sleep(pause)
  }
}

function isBusy(error: unknown): boolean {
  if (!(error instanceof Error) || !('errcode' in error)) return false
  // The low byte is the primary code; extended codes such as SQLITE_BUSY_SNAPSHOT add to it.
  return typeof error.errcode === 'number' && (error.errcode & 0xff) === busyCode
}
