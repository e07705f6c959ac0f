import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import type { SqliteDatabase, SqliteStatement } from 'kysely'

const keptStatements = 200

/** The database in better-sqlite3's shape; the statements used last stay prepared. */
export function statementCache(database: DatabaseSync): SqliteDatabase {
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
      if (statements.size > keptStatements) {
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
