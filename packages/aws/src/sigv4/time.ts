import { AwsError } from '../errors.ts'

/** The longest life of a presigned request in seconds: seven days. */
export const maxPresignSeconds = 604_800

const dayMs = 86_400_000
const twoDigits: readonly string[] = Array.from({ length: 100 }, (_, n) => `${n}`.padStart(2, '0'))
let latestDay = { day: 0, text: '19700101' }

/**
 * A time in the form of `X-Amz-Date`: `YYYYMMDDThhmmssZ`. Throws {@link AwsError} `invalid_argument` for an
 * invalid date and for one outside the years 1970 to 9999.
 */
export function amzDate(time: Date): string {
  const milliseconds = time.getTime()
  if (!(milliseconds >= 0 && milliseconds < 253_402_300_800_000)) {
    throw new AwsError(
      'invalid_argument',
      'the time to sign for is not a date of the years 1970 to 9999',
    )
  }
  const day = Math.floor(milliseconds / dayMs)
  // Formatting a date costs more than the rest of this function: once a day is enough.
  if (latestDay.day !== day) {
    latestDay = { day, text: time.toISOString().slice(0, 10).replaceAll('-', '') }
  }
  const seconds = Math.floor((milliseconds - day * dayMs) / 1000)
  const hour = twoDigits[Math.floor(seconds / 3600)]
  const minute = twoDigits[Math.floor(seconds / 60) % 60]
  return `${latestDay.text}T${hour}${minute}${twoDigits[seconds % 60]}Z`
}

const amzDatePattern = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/

/** Reads the form of `X-Amz-Date`; undefined when the text is no such time. */
export function parseAmzDate(text: string): Date | undefined {
  const [matched, year, month, day, hour, minute, second] = amzDatePattern.exec(text) ?? []
  if (matched === undefined) return undefined
  const time = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  if (Number.isNaN(time.getTime())) return undefined
  return amzDate(time) === text ? time : undefined
}
