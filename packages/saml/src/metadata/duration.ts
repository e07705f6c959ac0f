import { malformed } from './malformed.ts'

const pattern =
  /^P(?=.)(?:(\d{1,5})Y)?(?:(\d{1,5})M)?(?:(\d{1,6})D)?(?:T(?=.)(?:(\d{1,8})H)?(?:(\d{1,9})M)?(?:(\d{1,12})(?:\.\d{1,9})?S)?)?$/
const day = 86_400

/** The longest cacheDuration that is told apart, some 30,000 years. */
export const maxDurationSeconds = 999_999_999_999

/**
 * The seconds of an xs:duration (XML Schema Part 2, 3.2.6). A year counts 365 and a month 28 days,
 * the shortest there are, and what is longer than `maxDurationSeconds` counts as that: nothing is
 * kept longer than its publisher said. Negative ones refuse.
 */
export function readDuration(value: string): number {
  const match = pattern.exec(value)
  if (match === null) return malformed('cacheDuration', 'an xs:duration', value)
  const [years, months, days, hours, minutes, seconds] = match
    .slice(1)
    .map(each => Number(each ?? 0))
  const total =
    (years ?? 0) * 365 * day +
    (months ?? 0) * 28 * day +
    (days ?? 0) * day +
    (hours ?? 0) * 3600 +
    (minutes ?? 0) * 60 +
    (seconds ?? 0)
  return Math.min(total, maxDurationSeconds)
}
