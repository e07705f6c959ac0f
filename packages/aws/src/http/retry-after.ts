/**
 * The milliseconds that a Retry-After header asks for: seconds, or a date (RFC 9110, 10.2.3), which is
 * taken by the `Date` of the same answer, so that no clock but the service's own counts. Undefined when
 * there is none or it is neither.
 */
export function retryAfterMs(headers: Readonly<Record<string, string>>): number | undefined {
  const text = headers['retry-after']?.trim() ?? ''
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000
  const [until, now] = [httpDate(text), httpDate(headers.date)]
  return until === undefined || now === undefined ? undefined : Math.max(0, until - now)
}

/** An HTTP date (RFC 9110, 5.6.7, the form that is sent today) in milliseconds since 1970. */
export function httpDate(text: string | undefined): number | undefined {
  if (text === undefined || !/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} [\d:]{8} GMT$/.test(text)) {
    return undefined
  }
  const time = Date.parse(text)
  return Number.isNaN(time) ? undefined : time
}
