import { AwsError } from '../errors.ts'
import type { HttpResponse } from '../http/http.ts'
import { httpDate } from '../http/retry-after.ts'

/** The time that requests are signed by: the caller's clock, set right by what AWS says. */
export interface SigningClock {
  now(): Date
  /** How far AWS is known to be ahead of the caller's clock, in milliseconds. */
  readonly offsetMs: number
  /**
   * Takes the time, a Date header, of an answer that refuses a signature for its time. Whether a signature
   * by the clock as it is now differs much from the one refused, which was made at `usedOffsetMs`.
   */
  correct(date: string | undefined, usedOffsetMs: number): boolean
}

/** Below this a signature is not refused for its time: AWS allows five minutes or more. */
const leastMs = 60_000
/** A clock that is further off fails the certificate of the endpoint first. */
const mostMs = 24 * 60 * 60 * 1000

/** A clock over `now`; `onCorrected` is told each new offset. */
export function createSigningClock(
  now: () => Date,
  onCorrected: ((offsetMs: number) => void) | undefined,
): SigningClock {
  let offsetMs = 0
  return {
    now: () => new Date(now().getTime() + offsetMs),
    get offsetMs() {
      return offsetMs
    },
    correct(date, usedOffsetMs) {
      const theirs = httpDate(date)
      if (theirs === undefined) return false
      const found = theirs - now().getTime()
      if (Math.abs(found - usedOffsetMs) < leastMs || Math.abs(found) > mostMs) return false
      // Of many refused together, the first corrects the clock and all are signed anew.
      if (Math.abs(found - offsetMs) >= leastMs) {
        offsetMs = found
        onCorrected?.(offsetMs)
      }
      return true
    },
  }
}

const timeCodes: ReadonlySet<string> = new Set([
  'RequestExpired',
  'RequestTimeTooSkewed',
  'RequestInTheFuture',
])

/** Whether AWS refused a signature for the time that it was made at. */
export function isRefusedForTime(error: unknown): boolean {
  if (!(error instanceof AwsError)) return false
  if (timeCodes.has(error.code)) return true
  return (
    /^(SignatureDoesNotMatch|InvalidSignatureException)$/.test(error.code) &&
    /^Signature (expired|not yet current)/i.test(error.message)
  )
}

/** Sends and reads the answer; one that refuses the signature for its time is asked for once more, by AWS's time. */
export async function sendInTime<T>(
  clock: SigningClock,
  send: () => Promise<HttpResponse>,
  read: (response: HttpResponse) => T,
): Promise<T> {
  for (let isCorrected = false; ; isCorrected = true) {
    const usedOffsetMs = clock.offsetMs
    const response = await send()
    try {
      return read(response)
    } catch (error) {
      if (isCorrected || !isRefusedForTime(error)) throw error
      if (!clock.correct(response.headers.date, usedOffsetMs)) throw error
    }
  }
}
