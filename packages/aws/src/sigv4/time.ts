import { AwsError } from '../errors.ts'

/** A time in the form of `X-Amz-Date`: `YYYYMMDDThhmmssZ`. */
export function amzDate(time: Date): string {
  const milliseconds = time.getTime()
  // Years outside 0000 to 9999 have another form.
  if (!(milliseconds >= 0 && milliseconds < 253_402_300_800_000)) {
    throw new AwsError('invalid_argument', 'the time to sign for is not a valid date')
  }
  const text = time.toISOString()
  return `${text.slice(0, 4)}${text.slice(5, 7)}${text.slice(8, 13)}${text.slice(14, 16)}${text.slice(17, 19)}Z`
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
