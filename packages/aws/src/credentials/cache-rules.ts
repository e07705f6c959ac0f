import type { Credentials } from './credentials.ts'

/** Bounds of a cache of credentials. */
export interface CacheRules {
  /**
   * How long credentials without an expiration are kept, in milliseconds. Default 5 minutes: keys of a file
   * or a variable may be replaced at any time.
   */
  readonly keptMs?: number
  /** How long the source may take, in milliseconds. Default 5 minutes: it may ask a person. */
  readonly sourceTimeoutMs?: number
}

/** Credentials and their times, in milliseconds since 1970. */
export interface Lease {
  readonly credentials: Credentials
  readonly gotAt: number
  /** When to ask for newer ones. */
  readonly refreshAt: number
  /** When they are given out no more: a little before they expire. */
  readonly endsAt: number
}

const defaultKeptMs = 5 * 60_000
/** AWS has newer ones ready at least this long before the end (EC2 User Guide, IMDS credentials). */
const leadMs = 5 * 60_000
/** A request that is signed now must reach AWS before the credentials end. */
const marginMs = 5_000
const maxPauseMs = 10_000
/** No session of AWS lasts longer (STS API Reference, GetSessionToken): a later end is a source's mistake. */
const longestLifeMs = 36 * 60 * 60_000

/**
 * When credentials that were got at `at` are to be renewed: at a random point (`chance`, 0 to 1) between half
 * of their remaining life and 90 % of it, or 5 minutes before its end when that is earlier. Of a life too
 * short for that, between 50 % and 60 %; of one beyond 36 hours, as of 36 hours.
 */
export function leaseOf(
  credentials: Credentials,
  at: number,
  chance: number,
  rules: CacheRules = {},
): Lease {
  const expiresAt = credentials.expiration?.getTime() ?? at + (rules.keptMs ?? defaultKeptMs)
  const life = Math.min(Math.max(0, expiresAt - at), longestLifeMs)
  const first = life * 0.5
  const last = Math.max(life * 0.6, Math.min(life * 0.9, life - leadMs))
  return Object.freeze({
    credentials,
    gotAt: at,
    refreshAt: at + first + chance * (last - first),
    endsAt: expiresAt - Math.min(marginMs, life / 10),
  })
}

/** Whether they may be given out. An unreadable expiration is no time to count on. */
export function isUsable(lease: Lease, at: number): boolean {
  return at < lease.endsAt
}

/** Whether to ask for newer ones: also when the clock was set back, for then it says nothing of their age. */
export function isDue(lease: Lease, at: number): boolean {
  return at >= lease.refreshAt || at < lease.gotAt
}

/** Whether less life is left than is needed; of a short life never more than half is. */
export function isShorterThan({ gotAt, endsAt }: Lease, at: number, neededMs: number): boolean {
  return endsAt - at < Math.min(neededMs, (endsAt - gotAt) / 2)
}

/** The pause after so many failures in a row: 1 s, 2 s, 4 s, at most 10 s; from half of it to all of it. */
export function pauseAfter(failures: number, chance: number): number {
  const whole = Math.min(maxPauseMs, 1_000 * 2 ** Math.min(failures - 1, 10))
  return whole * (0.5 + chance / 2)
}
