/** Waits for the turn; what it resolves with gives the turn to the next. */
export type TakeTurn = () => Promise<() => void>

/**
 * The turns of one database in this process. Whoever needs both takes `write` first. Writers of other
 * connections of ours take `write` too: SQLite's lock knows no queue, and one of two could starve.
 */
export interface Turns {
  /** At the one connection that Kysely has. */
  readonly connection: TakeTurn
  /** At the write lock, whatever the connection. */
  readonly write: TakeTurn
}

/** One at a time, in the order of asking. */
export function createTurns(): TakeTurn {
  let last: Promise<void> = Promise.resolve()
  return async () => {
    const before = last
    const mine = Promise.withResolvers<void>()
    last = mine.promise
    await before
    return mine.resolve
  }
}
