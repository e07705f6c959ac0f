/** Waits for the turn; what it resolves with gives the turn to the next. */
export type TakeTurn = () => Promise<() => void>

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
