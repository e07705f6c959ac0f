const pattern = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d{1,9})?)(Z|UTC|[+-]\d\d:?\d\d)$/

/** A time of RFC 3339, with the `UTC` that AWS's command once wrote in place of `Z`; undefined when it is none. */
export function readTime(text: string): Date | undefined {
  const [, day, time, zone = ''] = pattern.exec(text) ?? []
  if (day === undefined) return undefined
  const offset = zone === 'UTC' ? 'Z' : zone.replace(/^(...)(\d\d)$/, '$1:$2')
  return timeAt(new Date(`${day}T${time}${offset}`).getTime())
}

const latest = Date.UTC(10_000, 0) - 1

/** A time of the years that RFC 3339 can write, in milliseconds since 1970; undefined when it is none. */
export function timeAt(milliseconds: number): Date | undefined {
  return milliseconds >= 0 && milliseconds <= latest ? new Date(milliseconds) : undefined
}
