import type { IncomingMessage } from 'node:http'
import { refusal } from './refusal.ts'

/** The head of a request, read once; everything after this uses only what stands here. */
export interface RequestHead {
  readonly method: string
  /** As it stood on the request line. */
  readonly target: string
  /** Raw, without the gateway's prefix, beginning with a slash. */
  readonly path: string
  /** Raw, without `?`. */
  readonly query: string
  /** The Host header in lower case, without port. */
  readonly host: string
  /** By lower-case name, one character a byte; several values of a name in their order. */
  readonly headers: Readonly<Record<string, string | string[]>>
  /** 0 for none, undefined when nobody said. */
  readonly bodyLength: number | undefined
}

const maxHeaders = 200

/** Headers that two readers could read in two ways when they stand twice. */
const once: ReadonlySet<string> = new Set([
  'authorization',
  'content-encoding',
  'content-length',
  'content-md5',
  'content-type',
  'expect',
  'host',
  'range',
  'transfer-encoding',
  'x-amz-content-sha256',
  'x-amz-copy-source',
  'x-amz-date',
  'x-amz-decoded-content-length',
  'x-amz-rename-source',
  'x-amz-security-token',
  'x-amz-target',
  'x-amz-trailer',
])

const methods: ReadonlySet<string> = new Set([
  'DELETE',
  'GET',
  'HEAD',
  'OPTIONS',
  'PATCH',
  'POST',
  'PUT',
])

/**
 * Reads the head. Refuses with `signing-bad-request` what two HTTP readers could take for different requests
 * (RFC 9112, 11.2): two lengths, two hosts, a target that is no path.
 */
export function readRequestHead(request: IncomingMessage, prefix: string): RequestHead {
  const { method = '', url: target = '' } = request
  if (!methods.has(method))
    throw refusal('signing-bad-request', `the method ${method} is not known`)
  if (!/^\/[\x21-\x7e]*$/.test(target) || target.includes('#')) {
    throw refusal(
      'signing-bad-request',
      'the request target must be a path; a gateway is no proxy that takes whole addresses',
    )
  }
  const headers = readHeaders(request.rawHeaders)
  const at = target.indexOf('?')
  const whole = at < 0 ? target : target.slice(0, at)
  const path = whole.slice(prefix.length)
  return {
    method,
    target,
    path: path === '' ? '/' : path,
    query: at < 0 ? '' : target.slice(at + 1),
    host: hostOf(one(headers, 'host')),
    headers,
    bodyLength: bodyLengthOf(headers, request.httpVersion),
  }
}

/** The value of a header that stands at most once. */
export function one(headers: RequestHead['headers'], name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' ? value : undefined
}

function readHeaders(raw: readonly string[]): Record<string, string | string[]> {
  if (raw.length > 2 * maxHeaders) {
    throw refusal('signing-bad-request', `more than ${maxHeaders} headers`)
  }
  // Without a prototype: the names come from the network.
  const headers: Record<string, string | string[]> = Object.create(null)
  for (let at = 0; at < raw.length; at += 2) {
    const name = (raw[at] ?? '').toLowerCase()
    const value = raw[at + 1] ?? ''
    const before = headers[name]
    if (before === undefined) headers[name] = value
    else if (once.has(name)) {
      throw refusal('signing-bad-request', `the header ${name} stands twice`)
    } else if (typeof before === 'string') headers[name] = [before, value]
    else before.push(value)
  }
  return headers
}

function hostOf(header: string | undefined): string {
  const [, name] =
    /^([a-z0-9._-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i.exec(header ?? '') ?? []
  if (name === undefined) {
    throw refusal('signing-bad-request', 'the Host header is missing, or is no host name')
  }
  return name.toLowerCase()
}

function bodyLengthOf(headers: RequestHead['headers'], version: string): number | undefined {
  const coding = one(headers, 'transfer-encoding')
  const length = one(headers, 'content-length')
  if (coding !== undefined) {
    if (length !== undefined || version !== '1.1' || coding.toLowerCase() !== 'chunked') {
      throw refusal(
        'signing-bad-request',
        'the end of the body is not clear: Transfer-Encoding must be `chunked` and stand alone',
      )
    }
    return undefined
  }
  if (length === undefined) return 0
  if (!/^\d{1,15}$/.test(length)) {
    throw refusal('signing-bad-request', 'Content-Length must be digits')
  }
  return Number(length)
}
