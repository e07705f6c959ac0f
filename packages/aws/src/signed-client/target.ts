import { AwsError } from '../errors.ts'
import { splitUrl } from '../http/split-url.ts'
import type { CallProperties, ClientRequest, SignedClientOptions } from './types.ts'

/** What is signed and sent, and for which region and service. */
export interface Target {
  readonly method: string
  readonly url: string
  /** Those of the caller, in the caller's spelling, without those that a signature brings along. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array | undefined
  readonly region: string
  readonly service: string
}

/**
 * Headers of an earlier attempt or of the transport: the signature brings its own, and a stale one of
 * these makes it wrong.
 */
const ownHeaders: ReadonlySet<string> = new Set([
  'authorization',
  'content-length',
  'host',
  'x-amz-date',
  'x-amz-security-token',
])

/** Puts client and call together. Throws {@link AwsError} `invalid_argument` or `bad_url`. */
export function targetOf(options: SignedClientOptions, request: ClientRequest): Target {
  const call = request.callProperties ?? {}
  checkCall(call)
  const { path, method } = request
  if (!/^[A-Z]{1,20}$/.test(method)) throw invalid('method', 'a method in capitals such as GET')
  if (!path.startsWith('/')) throw invalid('path', 'a path that begins with "/"')
  const protocol = options.protocol ?? 'https'
  const host = call.host || options.host
  if (/[/?#@:]/.test(host.replace(/^\[[0-9a-f:.]+\]$/i, ''))) {
    throw invalid(call.host ? 'callProperties.host' : 'host', 'a host name alone, without port')
  }
  const basePath = options.base_path ?? ''
  // Without it the path would go on with the name of the host.
  if (!/^(?:$|\/)/.test(basePath)) throw invalid('base_path', 'a path that begins with "/"')
  const port = options.port === undefined ? '' : `:${options.port}`
  const url = `${protocol}://${host}${port}${basePath}${path}`
  splitUrl(url)
  const { body, isJson } = bodyOf(request)
  const headers = callerHeaders(request.headers ?? {})
  const hasType = Object.keys(headers).some(name => name.toLowerCase() === 'content-type')
  return {
    method,
    url,
    headers: isJson && !hasType ? { ...headers, 'Content-Type': 'application/json' } : headers,
    body,
    region: call.region || options.region,
    service: call.service || options.service,
  }
}

function checkCall(call: CallProperties): void {
  for (const [key, value] of Object.entries(call)) {
    if (key !== 'host' && key !== 'region' && key !== 'service') {
      throw invalid(`callProperties.${key}`, 'host, region or service; there is no such key')
    }
    if (value !== undefined && typeof value !== 'string')
      throw invalid(`callProperties.${key}`, 'a string')
  }
}

function callerHeaders(given: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(given).filter(([name, value]) => {
      const lower = name.toLowerCase()
      // The hash of an earlier body; that the body is not to be signed is the caller's wish.
      if (lower === 'x-amz-content-sha256') return value === 'UNSIGNED-PAYLOAD'
      return !ownHeaders.has(lower)
    }),
  )
}

function bodyOf({ body }: ClientRequest): {
  readonly body: string | Uint8Array | undefined
  readonly isJson: boolean
} {
  if (body === null) return { body: undefined, isJson: false }
  const isRaw = body === undefined || typeof body === 'string' || body instanceof Uint8Array
  return isRaw ? { body, isJson: false } : { body: JSON.stringify(body), isJson: true }
}

function invalid(key: string, expected: string): AwsError {
  return new AwsError('invalid_argument', `${key}: expected ${expected}`)
}
