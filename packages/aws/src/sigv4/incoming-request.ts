import { canonicalValue } from './canonical-headers.ts'
import { incomplete } from './read-signature.ts'
import type { HeaderFields } from './types.ts'

/** A request as it came in. */
export interface IncomingRequest {
  readonly method: string
  /** The raw request target: path and query as they stood on the request line. */
  readonly path: string
  /** As `IncomingMessage.headersDistinct` has them (or `headers`, when none is repeated). */
  readonly headers: HeaderFields
  readonly body?: string | Uint8Array
}

/** The raw path and the raw query of a request target. */
export function splitTarget(target: string): { path: string; query: string } {
  const at = target.indexOf('?')
  return at < 0
    ? { path: target, query: '' }
    : { path: target.slice(0, at), query: target.slice(at + 1) }
}

/**
 * The canonical values of all headers by lower-case name. Throws {@link AwsError} `IncompleteSignature` when
 * one that decides about the signature stands twice.
 */
export function incomingHeaders(fields: HeaderFields): Record<string, string> {
  // Without a prototype: the names come from the network.
  const headers: Record<string, string> = Object.create(null)
  for (const [given, value] of Object.entries(fields)) {
    if (value === undefined) continue
    const name = given.toLowerCase()
    const isRepeated =
      headers[name] !== undefined || (typeof value !== 'string' && value.length > 1)
    if (isRepeated && singleHeaders.has(name))
      throw incomplete(`The header '${name}' must stand only once.`)
    const text = canonicalValue(name, wireText(value))
    headers[name] = headers[name] === undefined ? text : `${headers[name]},${text}`
  }
  return headers
}

/** Headers that decide about the signature: two of them could be read in two ways. */
const singleHeaders: ReadonlySet<string> = new Set([
  'authorization',
  'date',
  'host',
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-security-token',
])

/** Node reads one character per byte; signatures cover UTF-8. */
function wireText(value: string | readonly string[]): string | readonly string[] {
  if (typeof value !== 'string') return value.flatMap(each => wireText(each))
  if (/[^\P{Cc}\t\x80-\x9f]/u.test(value))
    throw incomplete('A header value has a control character.')
  if (!/[\x80-\xff]/.test(value) || /[\u0100-\uffff]/.test(value)) return value
  const bytes = Buffer.from(value, 'latin1')
  const text = bytes.toString('utf8')
  if (!Buffer.from(text).equals(bytes)) throw incomplete('A header value is not UTF-8.')
  return text
}
