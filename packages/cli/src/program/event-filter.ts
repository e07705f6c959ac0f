import { InvalidArgumentError } from 'commander'

/** Reads a time: a day (`2026-03-01`, from its beginning in UTC) or a time with its zone. */
export function time(text: string): Date {
  const isTime = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/.test(text)
  const found = new Date(text)
  if (isTime && !Number.isNaN(found.getTime())) return found
  throw new InvalidArgumentError('A time is written 2026-03-01 or 2026-03-01T12:00:00Z.')
}
