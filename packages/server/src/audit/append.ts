import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { chainHash, genesisHash } from './chain.ts'

/** An event on its way into the log: id, time in milliseconds, type, canonical JSON. */
export type Entry = readonly [id: string, at: number, type: string, body: string]

/** Appends a group within a transaction that has the write lock. */
export type AppendGroup = (entries: readonly Entry[]) => void

/**
 * Appending with statements that stay prepared. The end of the chain is read inside of the transaction,
 * where nobody else can write: other processes append to the same chain, and it never forks.
 */
export function createAppend(database: DatabaseSync): AppendGroup {
  let statements: { readonly head: StatementSync; readonly insert: StatementSync } | undefined
  return entries => {
    statements ??= {
      head: database.prepare('select hash from audit_events order by seq desc limit 1'),
      insert: database.prepare(
        'insert into audit_events (id, at, type, body, previous_hash, hash) values (?, ?, ?, ?, ?, ?)',
      ),
    }
    const head = statements.head.get()?.hash
    let previous = typeof head === 'string' ? head : genesisHash
    for (const [id, at, type, body] of entries) {
      const next = chainHash(previous, body)
      statements.insert.run(id, at, type, body, previous, next)
      previous = next
    }
  }
}
