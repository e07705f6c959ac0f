/**
 * Kysely over `node:sqlite`. Kysely's own SQLite dialect speaks to any database of
 * better-sqlite3's shape; this gives it that shape, and our rules: every transaction takes the
 * write lock when it begins (so that what it read cannot be changed by another process before it
 * writes), migrations run inside one, and a lock held by another process is waited for without
 * stopping this one.
 */
import type { DatabaseSync } from 'node:sqlite'
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  SqliteAdapter,
  SqliteDriver,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import { SharedConnection } from './shared-connection.ts'
import { statementCache } from './statement-cache.ts'
import type { Turns } from './turns.ts'

class ImmediateDriver extends SqliteDriver {
  readonly #database: DatabaseSync
  readonly #turns: Turns

  constructor(database: DatabaseSync, turns: Turns) {
    super({ database: statementCache(database) })
    this.#database = database
    this.#turns = turns
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    return new SharedConnection(await super.acquireConnection(), this.#turns)
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    const begin = CompiledQuery.raw('begin immediate')
    if (connection instanceof SharedConnection) await connection.keepTurn(begin)
  }

  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    // SQLite has rolled back by itself after some errors, such as a full disk.
    if (this.#database.isTransaction) await super.rollbackTransaction(connection)
  }

  override async releaseConnection(connection?: DatabaseConnection): Promise<void> {
    if (connection instanceof SharedConnection) connection.giveTurn()
  }
}

class OwnAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }

  /** There is one, but whose turn it is we decide: Kysely's turns last while a lock is waited for. */
  override get supportsMultipleConnections(): boolean {
    return true
  }
}

/** A Kysely dialect on an open database; `Kysely.destroy()` closes it. */
export function sqliteDialect(database: DatabaseSync, turns: Turns): Dialect {
  return {
    createAdapter: () => new OwnAdapter(),
    createDriver: () => new ImmediateDriver(database, turns),
    createIntrospector: db => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}
