import { SamlError, type SamlErrorCode } from '../../errors.ts'
import type { Expectations } from './expectations.ts'

/** Refuses a time that lies ahead, the skew granted. */
export function checkBegun(check: string, time: Date, { now, skew }: Expectations): void {
  if (time.getTime() <= now + skew) return
  throw new SamlError('assertion.not-yet-valid', {
    check,
    expected: `no later than ${new Date(now).toISOString()}`,
    received: time.toISOString(),
  })
}

/** Refuses a time that has come, the skew granted. */
export function checkNotOver(check: string, time: Date, { now, skew }: Expectations): void {
  if (now - skew < time.getTime()) return
  throw new SamlError('assertion.expired', {
    check,
    expected: `later than ${new Date(now).toISOString()}`,
    received: time.toISOString(),
  })
}

/** Exact comparison: no trimming, no case folding, no URL equivalence. */
export function same(
  code: SamlErrorCode,
  check: string,
  expected: string | undefined,
  received: string | undefined,
): void {
  if (received === expected) return
  throw new SamlError(code, {
    check,
    expected: expected ?? 'none',
    received: received ?? 'none',
  })
}
