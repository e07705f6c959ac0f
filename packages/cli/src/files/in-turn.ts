import { setTimeout as sleep } from 'node:timers/promises'

/** The last in each line. */
const lines = new Map<string, Promise<unknown>>()

/** What is known when the turn comes. */
interface Turn {
  /** Of the time to wait. */
  readonly leftMs: number
  /** Whether another was before. */
  readonly hasWaited: boolean
}

/**
 * Runs functions of this process one after the other for each name; one that has waited for long enough goes
 * on all the same.
 */
export async function inTurn<T>(
  name: string,
  waitMs: number,
  run: (turn: Turn) => Promise<T>,
): Promise<T> {
  const before = lines.get(name)
  const begun = performance.now()
  const turn = (async () => {
    if (before !== undefined) await settledWithin(before, waitMs)
    const leftMs = Math.max(0, waitMs - (performance.now() - begun))
    return await run({ leftMs, hasWaited: before !== undefined })
  })()
  lines.set(name, turn)
  try {
    return await turn
  } finally {
    if (lines.get(name) === turn) lines.delete(name)
  }
}

async function settledWithin(before: Promise<unknown>, waitMs: number): Promise<void> {
  const stop = new AbortController()
  const ends = sleep(waitMs, undefined, { signal: stop.signal }).catch(() => undefined)
  await Promise.race([before.catch(() => undefined), ends])
  stop.abort()
}
