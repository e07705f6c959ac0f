import { AwsError } from '../errors.ts'
import {
  type CacheRules,
  isDue,
  isShorterThan,
  isUsable,
  type Lease,
  leaseOf,
  pauseAfter,
} from './cache-rules.ts'
import type { CredentialSource, Credentials } from './credentials.ts'

/** A source that keeps what it was given. */
export interface CachedCredentials extends CredentialSource {
  /** As the source's; a caller may say how much life it needs. */
  get(need?: CredentialNeed): Promise<Credentials>
  /** Forgets the credentials and any failure: the next call asks the source. */
  invalidate(): void
}

/** What a caller wants to do with credentials. */
export interface CredentialNeed {
  /**
   * With less life left than this, in milliseconds, the caller waits for newer ones, and gets the old ones
   * only when there are no newer. Never more than half of their life counts. Default 0.
   */
  readonly leftMs: number
}

/** Time, chance and bounds of {@link cachedCredentials}. */
export interface CacheOptions extends CacheRules {
  readonly now?: () => Date
  /** From 0 up to 1. */
  readonly random?: () => number
  /**
   * Whether a failure is told to later callers too, for the pause after it. Default: always. Of any other
   * failure each caller that has nothing to be given asks the source again.
   */
  readonly isRemembered?: (error: unknown) => boolean
}

const noNeed: CredentialNeed = Object.freeze({ leftMs: 0 })

/** How often a caller asks again because the answer was invalidated, or ended, while it waited. */
const maxRounds = 4

/**
 * Keeps the credentials of `source` and renews them at a random point between 50 % and 90 % of their life, 5
 * minutes before the end at the latest. Callers of the same moment share one call to the source; while it
 * runs, and after it failed, credentials that are still valid are given out. A failure is remembered for
 * half a second to ten, longer with each one in a row; so is a source that does not answer, which fails with
 * `timeout`. Expired credentials are never given out: a source
 * that has no others fails with `expired_credentials`. Other errors are the source's own.
 */
export function cachedCredentials(
  source: CredentialSource,
  options: CacheOptions = {},
): CachedCredentials {
  const { now = () => new Date(), random = Math.random, isRemembered = () => true } = options
  let lease: Lease | undefined
  let failure: { readonly error: unknown; readonly at: number; readonly until: number } | undefined
  let failures = 0
  let pending: Promise<void> | undefined
  let generation = 0

  const ask = async (): Promise<void> => {
    const asked = generation
    try {
      const credentials = await inTime(source, options.sourceTimeoutMs)
      if (asked === generation) keep(credentials)
    } catch (error) {
      if (asked !== generation) return
      failures += 1
      const at = now().getTime()
      failure = { error, at, until: at + pauseAfter(failures, random()) }
    }
  }

  const keep = (credentials: Credentials): void => {
    const at = now().getTime()
    const fresh = leaseOf(credentials, at, random(), options)
    if (!isUsable(fresh, at)) throw expired(source, credentials)
    lease = fresh
    failure = undefined
    failures = 0
  }

  const refresh = (): Promise<void> => {
    const asking = ask().finally(() => {
      if (pending === asking) pending = undefined
    })
    pending = asking
    return asking
  }

  const get = async ({ leftMs }: CredentialNeed = noNeed): Promise<Credentials> => {
    for (let left = maxRounds; left > 0; left--) {
      const at = now().getTime()
      // Of a clock that was set back the pause would last as long as it was set back by.
      const isPaused = failure !== undefined && at >= failure.at && at < failure.until
      if (lease !== undefined && isUsable(lease, at)) {
        const isShort = isShorterThan(lease, at, leftMs)
        if (isDue(lease, at) && !isPaused && pending === undefined) void refresh()
        if (!isShort || isPaused) return lease.credentials
      } else if (
        failure !== undefined &&
        isPaused &&
        pending === undefined &&
        isRemembered(failure.error)
      ) {
        throw failure.error
      }
      const asked = generation
      await (pending ?? refresh())
      // Read again: the clock went on while this caller waited.
      if (lease !== undefined && isUsable(lease, now().getTime())) return lease.credentials
      if (failure !== undefined && asked === generation) throw failure.error
    }
    throw new AwsError('expired_credentials', `${source.describe()}: gave nothing that lasted`)
  }

  const invalidate = (): void => {
    generation += 1
    lease = undefined
    failure = undefined
    failures = 0
    pending = undefined
  }
  return Object.freeze({ get, describe: () => source.describe(), invalidate })
}

/** Without an end to it, callers of a source that hangs would wait with it for ever. */
async function inTime(source: CredentialSource, timeoutMs = 5 * 60_000): Promise<Credentials> {
  const { promise, reject } = Promise.withResolvers<never>()
  const late = () => {
    const message = `${source.describe()}: gave nothing within ${timeoutMs} ms`
    reject(new AwsError('timeout', message))
  }
  // A timer has 31 bits; of a longer time it makes none.
  const deadline = setTimeout(late, Math.min(timeoutMs, 2 ** 31 - 1))
  try {
    return await Promise.race([source.get(), promise])
  } finally {
    clearTimeout(deadline)
  }
}

function expired(source: CredentialSource, { expiration }: Credentials): AwsError {
  const isTime = expiration !== undefined && !Number.isNaN(expiration.getTime())
  const end = isTime ? `end at ${expiration.toISOString()}` : 'have no readable end'
  const message = `${source.describe()}: the credentials ${end}, which is now or past; is the clock right?`
  return new AwsError('expired_credentials', message)
}
