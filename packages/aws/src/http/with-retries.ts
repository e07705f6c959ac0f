import { AwsError } from '../errors.ts'

/** How often and after what pause a call is repeated. */
export interface RetryRules {
  /** All attempts together, the first included. Default 3. */
  readonly attempts?: number
  /** The pause in milliseconds before attempt 2, 3, … Default: random, up to 100 ms doubled each time. */
  readonly delayMs?: (attempt: number) => number
  /**
   * The longest Retry-After of the service, in milliseconds, that is waited for; a call that would have
   * to wait longer fails at once. Default 20 000.
   */
  readonly maxRetryAfterMs?: number
}

const maxDelayMs = 5_000
const defaultMaxRetryAfterMs = 20_000

/**
 * Calls `send` until it succeeds, fails for good or the attempts or the time are used up. `send` gets the
 * milliseconds that are left. Only errors that say they are retryable are retried, none before the
 * service's Retry-After has passed; the last one is thrown.
 */
export async function withRetries<T>(
  send: (leftMs: number) => Promise<T>,
  timeoutMs: number,
  rules: RetryRules = {},
): Promise<T> {
  const deadline = performance.now() + timeoutMs
  const attempts = rules.attempts ?? 3
  const delayMs = rules.delayMs ?? jitteredDelay
  const maxRetryAfterMs = rules.maxRetryAfterMs ?? defaultMaxRetryAfterMs
  for (let attempt = 1; ; attempt++) {
    try {
      return await send(Math.max(1, Math.ceil(deadline - performance.now())))
    } catch (error) {
      if (!(error instanceof AwsError) || !error.retryable || attempt >= attempts) throw error
      const asked = error.retryAfterMs ?? 0
      if (asked > maxRetryAfterMs) throw error
      const pause = Math.max(asked, Math.min(maxDelayMs, Math.max(0, delayMs(attempt + 1))))
      if (performance.now() + pause >= deadline) throw error
      const { setTimeout: sleep } = await import('node:timers/promises')
      await sleep(pause)
    }
  }
}

// Random over the whole span, so that callers that failed together do not come back together.
function jitteredDelay(attempt: number): number {
  return Math.random() * 50 * 2 ** (attempt - 1)
}
