import { SamlError } from '../errors.ts'

const pattern =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,12}))?Z$/

/**
 * Reads a SAML time (saml-core 1.3.3): UTC with `Z`, a real day of a four-digit year, no leap
 * second, no 24:00. What is finer than a millisecond is cut off. `check` names the value in errors.
 */
export function readTime(value: string, check: string): Date {
  const match = pattern.exec(value)
  if (match === null) return refuse(value, check)
  const [, year, month, day, hour, minute, second, fraction = ''] = match
  const millisecond = fraction.padEnd(3, '0').slice(0, 3)
  const normal = `${year}-${month}-${day}T${hour}:${minute}:${second}.${millisecond}Z`
  const time = new Date(normal)
  // The Date parser rolls 31 November over to 1 December and 24:00 to the next day.
  if (Number.isNaN(time.getTime()) || time.toISOString() !== normal) return refuse(value, check)
  return time
}

function refuse(value: string, check: string): never {
  throw new SamlError('xml.time', {
    check,
    expected: 'YYYY-MM-DDThh:mm:ssZ',
    received: value === '' ? 'none' : value,
  })
}
