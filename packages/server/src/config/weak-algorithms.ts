/** Weak algorithms that a provider may use until a day. */
import type { WeakAlgorithm } from '@rolecall/saml'

/** A weak algorithm with its last day. */
export interface AllowedAlgorithm {
  readonly algorithm: WeakAlgorithm
  /** The last day on which it counts, in UTC: `2027-03-31`. */
  readonly until: string
}

const dayMs = 86_400_000
/** So many days before the end it is said that it comes. */
const noticeDays = 30

/** How many days are left, today included; 0 when it counts no more. */
export function daysLeft({ until }: AllowedAlgorithm, now: Date): number {
  const left = Math.ceil((Date.parse(until) + dayMs - now.getTime()) / dayMs)
  // Of a date that cannot be read, none.
  return left > 0 ? left : 0
}

/** What is to be said when the end is near. */
export function endNotice(allowed: AllowedAlgorithm, now: Date): string | undefined {
  const days = daysLeft(allowed, now)
  if (days === 0 || days > noticeDays) return undefined
  const left = days === 1 ? 'today' : `for ${days} more days`
  return `${allowed.algorithm} is taken ${left} only: after ${allowed.until} sign-ins that need it are refused`
}
