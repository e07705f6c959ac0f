import type { CredentialSource } from '@rolecall/aws'

/** What the upkeep of sources needs of its surroundings. */
export interface UpkeepOptions {
  readonly now: () => Date
  /** Waits; rejects or resolves early once `signal` aborts. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>
  readonly signal: AbortSignal
}

const shortestMs = 1_000
const longestMs = 60_000
const afterFailureMs = 5_000

/**
 * Asks a cached source again and again, so that it renews its credentials in its own time and no caller
 * waits for AWS. The cache decides when to renew; asked every twentieth of the remaining life, it is at
 * most that late. Ends with the signal.
 */
export async function keepFresh(source: CredentialSource, options: UpkeepOptions): Promise<void> {
  const { now, sleep, signal } = options
  while (!signal.aborted) {
    let pause = afterFailureMs
    try {
      const { expiration } = await source.get()
      const left = (expiration?.getTime() ?? Number.POSITIVE_INFINITY) - now().getTime()
      pause = Math.min(Math.max(left / 20, shortestMs), longestMs)
    } catch {
      // Callers hear of it, and the log with them.
    }
    await sleep(pause, signal)
  }
}
