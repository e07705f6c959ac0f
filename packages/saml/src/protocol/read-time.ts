import { SamlError } from '../errors.ts'

const pattern = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,12})?Z$/
const daysInMonth = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const

/**
 * Reads a SAML time (saml-core 1.3.3): UTC with `Z`, a real day of a four-digit year, no leap
 * second, no 24:00. What is finer than a millisecond is cut off. `check` names the value in errors.
 */
export function readTime(value: string, check: string): Date {
  if (!pattern.test(value)) return refuse(value, check)
  const number = (from: number, end: number) => Number(value.slice(from, end))
  const [year, month, day] = [number(0, 4), number(5, 7), number(8, 10)]
  const [hour, minute, second] = [number(11, 13), number(14, 16), number(17, 19)]
  // Date.UTC would roll 31 November over to 1 December and 24:00 to the next day.
  const isReal =
    day >= 1 && day <= lengthOfMonth(year, month) && hour < 24 && minute < 60 && second < 60
  if (!isReal) return refuse(value, check)
  const time = new Date(0)
  // Not Date.UTC: it takes the years 0 to 99 for those of the twentieth century.
  time.setUTCFullYear(year, month - 1, day)
  time.setUTCHours(hour, minute, second, millisecondsOf(value))
  return time
}

function lengthOfMonth(year: number, month: number): number {
  const isLeapYear = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return month === 2 && isLeapYear ? 29 : (daysInMonth[month - 1] ?? 0)
}

function millisecondsOf(value: string): number {
  if (value.length === 20) return 0
  return Number(value.slice(20, -1).padEnd(3, '0').slice(0, 3))
}

function refuse(value: string, check: string): never {
  throw new SamlError('xml.time', {
    check,
    expected: 'YYYY-MM-DDThh:mm:ssZ',
    received: value === '' ? 'none' : value,
  })
}
