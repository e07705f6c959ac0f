/**
 * Kysely over `node:sqlite`. Kysely's own SQLite dialect speaks to any database of
 * better-sqlite3's shape; this gives it that shape, and two rules of ours: every transaction takes
 * the write lock when it begins (so that what it read cannot be changed by another process before
 * it writes), and migrations run inside one.
 */
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDriver,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type SqliteStatement,
} from 'kysely'

const cachedStatements = 200

class ImmediateDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
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

/** Keeps the statements used last prepared, at most `cachedStatements` of them. */
function statementCache(database: DatabaseSync): SqliteDatabase {
  const statements = new Map<string, SqliteStatement>()
  return {
    close() {
      statements.clear()
      database.close()
    },
    prepare(sql) {
      const statement = statements.get(sql) ?? adapt(database.prepare(sql))
      // Re-inserting moves the entry to the end: the first key is the one unused for longest.
      statements.delete(sql)
      statements.set(sql, statement)
      if (statements.size > cachedStatements) {
        const oldest = statements.keys().next().value
        if (oldest !== undefined) statements.delete(oldest)
      }
      return statement
    },
  }
}

function adapt(statement: StatementSync): SqliteStatement {
  return {
    reader: statement.columns().length > 0,
    all: parameters => statement.all(...bind(parameters)),
    run: parameters => statement.run(...bind(parameters)),
    iterate: parameters => statement.iterate(...bind(parameters)),
  }
}

function bind(parameters: readonly unknown[]): SQLInputValue[] {
  return parameters.map(value => {
    if (value === null || typeof value === 'string' || typeof value === 'bigint') return value
    if (typeof value === 'number' || value instanceof Uint8Array) return value
    throw new TypeError(`a query parameter is a ${typeof value}, which SQLite cannot hold`)
  })
}
