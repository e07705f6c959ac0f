import { parameterName } from './claimed-scope.ts'
import { refusal } from './refusal.ts'
import { one, type RequestHead } from './request-head.ts'

/** Headers for one connection only (RFC 9110, 7.6.1). */
const hopByHop: ReadonlySet<string> = new Set([
  'connection',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** What the gateway says itself, or what would change the meaning of a request that was allowed. */
const ours: ReadonlySet<string> = new Set([
  'authorization',
  'content-length',
  'date',
  'expect',
  'forwarded',
  'host',
  'via',
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-decoded-content-length',
  'x-amz-security-token',
  'x-amz-trailer',
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
  'x-real-ip',
])

/** What a signature need not cover, because it says nothing about what is to be done. */
const harmless: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'amz-sdk-invocation-id',
  'amz-sdk-request',
  'cache-control',
  'pragma',
  'range',
  'traceparent',
  'tracestate',
  'user-agent',
  'x-amzn-trace-id',
])

/**
 * The headers that go on, by lower-case name, one character a byte. Of a signed request only what its
 * signature covers and what is harmless; another header that could change the meaning is refused with
 * `signing-not-allowed`.
 */
export function forwardedHeaders(
  { headers }: RequestHead,
  { signed, routeHeader }: { signed?: ReadonlySet<string>; routeHeader?: string | undefined },
): Record<string, string> {
  const named = connectionNames(headers)
  const forwarded: Record<string, string> = {}
  for (const name in headers) {
    if (hopByHop.has(name) || ours.has(name) || name.startsWith('x-forwarded-')) continue
    if (named?.has(name) === true) continue
    if (name === routeHeader) {
      // Whoever holds a presigned address could choose another role with it.
      if (signed !== undefined && !signed.has(name)) throw unsigned(name)
      continue
    }
    const value = headers[name] ?? ''
    if (name === 'x-amz-s3session-token') {
      throw refusal(
        'signing-unsupported',
        'sessions of S3 Express belong to the gateway’s own keys',
      )
    }
    if (signed !== undefined && !signed.has(name) && !harmless.has(name)) {
      if (/^(?:content-|if-|x-amz-)/.test(name)) throw unsigned(name)
      continue
    }
    forwarded[name] = typeof value === 'string' ? value : value.join(',')
  }
  const encoding = forwarded['content-encoding']
  if (encoding !== undefined && /aws-chunked/i.test(encoding)) {
    const rest = encoding.split(',').filter(coding => coding.trim().toLowerCase() !== 'aws-chunked')
    if (rest.length > 0) forwarded['content-encoding'] = rest.join(',').trim()
    else delete forwarded['content-encoding']
  }
  return forwarded
}

function unsigned(name: string) {
  return refusal('signing-not-allowed', `the signature does not cover the header ${name}`)
}

function connectionNames(headers: RequestHead['headers']): ReadonlySet<string> | undefined {
  const connection = headers.connection
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') {
    return undefined
  }
  const list = typeof connection === 'string' ? connection : connection.join(',')
  const names = new Set(list.split(',').map(name => name.trim().toLowerCase()))
  for (const name of names) {
    if (/^(?:authorization|host|range|content-|if-|x-amz-)/.test(name)) {
      throw refusal('signing-bad-request', `Connection names the header ${name}, which is for AWS`)
    }
  }
  return names
}

/** The headers of an answer as they came, but those for one connection: names and values in turn. */
export function answeredHeaders(raw: readonly string[]): string[] {
  let named: Set<string> | undefined
  for (let at = 0; at < raw.length; at += 2) {
    if (raw[at]?.toLowerCase() !== 'connection') continue
    named ??= new Set()
    for (const name of (raw[at + 1] ?? '').split(',')) named.add(name.trim().toLowerCase())
  }
  const kept: string[] = []
  for (let at = 0; at < raw.length; at += 2) {
    const given = raw[at] ?? ''
    const name = given.toLowerCase()
    if (!hopByHop.has(name) && named?.has(name) !== true) kept.push(given, raw[at + 1] ?? '')
  }
  return kept
}

/** An object that a request to S3 takes from, and what it does to it. */
export interface CopySource {
  /** Raw, with the bucket. */
  readonly path: string
  readonly method: 'GET' | 'DELETE'
}

const sourceHeaders = [
  { name: 'x-amz-copy-source', method: 'GET' },
  { name: 'x-amz-rename-source', method: 'DELETE' },
] as const

/**
 * What a request to S3 takes from besides its own path. Refuses with `signing-bad-request` a source in the
 * query, where S3 reads headers of presigned addresses.
 */
export function copySources({ headers, query }: RequestHead): CopySource[] {
  const inQuery =
    query === '' ? [] : query.split('&').map(each => parameterName(each).toLowerCase())
  return sourceHeaders.flatMap(({ name, method }) => {
    if (inQuery.includes(name)) {
      throw refusal('signing-bad-request', `${name} must be a header, and not in the query`)
    }
    const source = one(headers, name)
    if (source === undefined) return []
    const [path = ''] = source.split('?', 1)
    return [{ path: path.startsWith('/') ? path : `/${path}`, method }]
  })
}
