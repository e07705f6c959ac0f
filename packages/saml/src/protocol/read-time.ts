import { SamlError } from '../errors.ts'

const pattern = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,12})?Z$/
const daysInMonth = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const
const plainLength = '2000-01-01T00:00:00Z'.length
// Date.UTC takes the years 0 to 99 for those of the twentieth century: counted four centuries on,
// which have the same calendar, and taken back.
const fourCenturies = Date.UTC(2400, 0) - Date.UTC(2000, 0)

/**
 * Reads a SAML time (saml-core 1.3.3): UTC with `Z`, a real day of a four-digit year, no leap
 * second, no 24:00. What is finer than a millisecond is cut off. `check` names the value in errors.
 */
export function readTime(value: string, check: string): Date {
  if (!pattern.test(value)) return refuse(value, check)
  const year = twoDigits(value, 0) * 100 + twoDigits(value, 2)
  const month = twoDigits(value, 5)
  const day = twoDigits(value, 8)
  const [hour, minute, second] = [twoDigits(value, 11), twoDigits(value, 14), twoDigits(value, 17)]
  // Date.UTC would roll 31 November over to 1 December and 24:00 to the next day.
  const isReal =
    day >= 1 && day <= lengthOfMonth(year, month) && hour < 24 && minute < 60 && second < 60
  if (!isReal) return refuse(value, check)
  const later = Date.UTC(year + 400, month - 1, day, hour, minute, second, milliseconds(value))
  return new Date(later - fourCenturies)
}

function twoDigits(value: string, at: number): number {
  return (value.charCodeAt(at) - 48) * 10 + value.charCodeAt(at + 1) - 48
}

function lengthOfMonth(year: number, month: number): number {
  const isLeapYear = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return month === 2 && isLeapYear ? 29 : (daysInMonth[month - 1] ?? 0)
}

function milliseconds(value: string): number {
  if (value.length === plainLength) return 0
  return Number(value.slice(plainLength, -1).padEnd(3, '0').slice(0, 3))
}

function refuse(value: string, check: string): never {
  throw new SamlError('xml.time', {
    check,
    expected: 'YYYY-MM-DDThh:mm:ssZ',
    received: value === '' ? 'none' : value,
  })
}
