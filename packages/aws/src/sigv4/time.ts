import { AwsError } from '../errors.ts'

/** The longest life of a presigned request in seconds: seven days. */
export const maxPresignSeconds = 604_800

/** A time of the second, and its day: `YYYYMMDDThhmmssZ` and `YYYYMMDD`. */
export interface AmzTime {
  readonly time: string
  readonly date: string
}

let latest = { second: Number.NaN, time: '', date: '' }

/**
 * A time in the form of `X-Amz-Date`, with its day. Throws {@link AwsError} `invalid_argument` for an invalid date and
 * for one outside the years 1970 to 9999.
 */
export function amzTime(at: Date): AmzTime {
  const milliseconds = at.getTime()
  if (!(milliseconds >= 0 && milliseconds < 253_402_300_800_000)) {
    throw new AwsError(
      'invalid_argument',
      'the time to sign for is not a date of the years 1970 to 9999',
    )
  }
  const second = Math.floor(milliseconds / 1000)
  // Formatting a date costs as much as hashing a request: once a second is enough.
  if (latest.second !== second) {
    const time = `${at.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`
    latest = { second, time, date: time.slice(0, 8) }
  }
  return latest
}

/** The time of {@link amzTime} alone. */
export function amzDate(at: Date): string {
  return amzTime(at).time
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
