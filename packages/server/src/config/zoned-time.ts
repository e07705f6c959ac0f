/** The calendar and the clock of a time zone, whatever zone this machine is in. */

const dayMs = 86_400_000

/** What CEL asks of a time (CEL language definition, "Timestamps"): months and days of a year count from 0. */
export const timeParts: Readonly<Record<string, (local: Date) => number>> = {
  getDate: local => local.getUTCDate(),
  getDayOfMonth: local => local.getUTCDate() - 1,
  getDayOfWeek: local => local.getUTCDay(),
  getDayOfYear: local =>
    Math.floor((local.getTime() - Date.UTC(local.getUTCFullYear(), 0)) / dayMs),
  getFullYear: local => local.getUTCFullYear(),
  getHours: local => local.getUTCHours(),
  getMilliseconds: local => local.getUTCMilliseconds(),
  getMinutes: local => local.getUTCMinutes(),
  getMonth: local => local.getUTCMonth(),
  getSeconds: local => local.getUTCSeconds(),
}

/** Reads times as the zone shows them: the answer's UTC fields are the zone's. Throws `RangeError` for no zone. */
export function zoneClock(timeZone: string): (time: Date) => Date {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    ...{ year: 'numeric', month: 'numeric', day: 'numeric' },
    ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
  })
  return time => {
    const shown = new Map(format.formatToParts(time).map(({ type, value }) => [type, value]))
    const part = (type: Intl.DateTimeFormatPartTypes) => Number(shown.get(type))
    const date = Date.UTC(part('year'), part('month') - 1, part('day'))
    const seconds = (part('hour') * 60 + part('minute')) * 60 + part('second')
    return new Date(date + seconds * 1000 + time.getUTCMilliseconds())
  }
}
