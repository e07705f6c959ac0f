import type { AuditEvent } from './event.ts'

/** Longest text kept of a field, and most entries of `detail`. */
const limits = {
  reason: 1024,
  field: 2048,
  detailValue: 1024,
  detailKey: 128,
  details: 32,
} as const

/**
 * The event as canonical JSON: fixed key order, absent fields left out, long texts cut, ill-formed
 * UTF-16 replaced. Control characters and line separators are escaped, so that a line of the log is
 * always one line.
 */
export function canonicalEvent(id: string, at: Date, event: AuditEvent): string {
  return jsonLine({
    id,
    at: at.toISOString(),
    type: event.type,
    result: event.result,
    principal: text(event.principal),
    source: text(event.source),
    address: text(event.address),
    account: text(event.account),
    role: text(event.role),
    grant: text(event.grant),
    sessionName: text(event.sessionName),
    accessKeyId: text(event.accessKeyId),
    requestId: text(event.requestId),
    code: text(event.code),
    reason: text(event.reason, limits.reason),
    detail: detail(event.detail),
  })
}

/** JSON on one line, for whoever reads lines: JSON itself escapes control characters below U+0020 only. */
export function jsonLine(value: object): string {
  // Outside of texts there are none of these.
  return JSON.stringify(value).replace(
    /[\u007f-\u009f\u2028\u2029]/g,
    one => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function detail(values: AuditEvent['detail']): Record<string, string> | undefined {
  if (values === undefined) return undefined
  const kept: Record<string, string> = {}
  // A loop is a third faster than lists of entries.
  for (const key of Object.keys(values).sort().slice(0, limits.details)) {
    const value = cut(values[key] ?? '', limits.detailValue)
    // Assigned, it would not be a key.
    if (key === '__proto__') Object.defineProperty(kept, key, { value, enumerable: true })
    else kept[cut(key, limits.detailKey)] = value
  }
  return kept
}

function text(value: string | undefined, limit: number = limits.field): string | undefined {
  return value === undefined ? undefined : cut(value, limit)
}

/** At most `limit` bytes of UTF-8, cut between characters, with an ellipsis when cut. */
function cut(value: string, limit: number): string {
  // Of UTF-16's units each is three bytes at most: nearly all texts are short enough to be kept unread.
  if (value.length * 3 <= limit && value.isWellFormed()) return value
  const whole = value.slice(0, limit + 1).toWellFormed()
  const bytes = Buffer.from(whole)
  if (bytes.length <= limit) return whole
  const ellipsis = '…'
  let end = limit - Buffer.byteLength(ellipsis)
  // A byte 10xxxxxx continues a character: step back to where that character begins.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1
  return bytes.toString('utf8', 0, end) + ellipsis
}
