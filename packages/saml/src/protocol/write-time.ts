import { SamlError } from '../errors.ts'

/**
 * A time as SAML writes it (saml-core 1.3.3): UTC with `Z`, milliseconds only where there are any.
 * Years 0001 to 9999; an invalid date is refused.
 */
export function writeTime(time: Date): string {
  const year = time.getUTCFullYear()
  if (!(year >= 1 && year <= 9999)) {
    throw new SamlError('option.invalid', { check: 'time', expected: 'a date of years 1 to 9999' })
  }
  return time.toISOString().replace('.000Z', 'Z')
}

/** A time that is `seconds` after another. */
export function addSeconds(time: Date, seconds: number): Date {
  return new Date(time.getTime() + seconds * 1000)
}
