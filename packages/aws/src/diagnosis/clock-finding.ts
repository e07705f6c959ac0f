import { type Finding, finding } from './findings.ts'

const warningMs = 5 * 60_000
/** AWS refuses a signature whose time is further away than this (STS Common Errors, RequestExpired). */
const refusedMs = 15 * 60_000

/** How far the clock of a server is ahead of ours, in milliseconds, by the Date of an answer. */
export function clockAheadMs(date: Date, sentAt: Date, receivedAt: Date): number {
  // The Date has no fractions: half a second is the best guess for what was cut off.
  const middle = (sentAt.getTime() + receivedAt.getTime()) / 2
  return Math.round(date.getTime() + 500 - middle)
}

/** A warning beyond 5 minutes, an error beyond the 15 that AWS allows. */
export function clockFinding(aheadMs: number, host: string): Finding | undefined {
  const away = Math.abs(aheadMs)
  if (away <= warningMs) return undefined
  const minutes = Math.round(away / 60_000)
  const direction = aheadMs > 0 ? 'behind' : 'ahead of'
  const message = `the clock of this machine is ${minutes} minutes ${direction} that of ${host}`
  return finding('clock.skew', message, away > refusedMs ? { severity: 'error' } : {})
}
