import type { HttpResponse } from '../http/http.ts'
import { splitUrl } from '../http/split-url.ts'
import type { Target } from './target.ts'

/** Where a redirect leads, and whether that is still the service that the request was signed for. */
export interface NextTarget {
  readonly target: Target
  readonly isSigned: boolean
}

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])
/** What another host may know of a request. */
const harmless: ReadonlySet<string> = new Set(['accept', 'accept-language', 'user-agent'])

/**
 * The request that follows a redirect (RFC 9110, 15.4). On the same scheme, host and port it is signed
 * anew. Another host gets no signature, no token, no cookie and no body: only a GET or HEAD with harmless
 * headers follows there, and never from https to http. Undefined: the redirect is not to be followed.
 */
export function nextTarget(
  from: Target,
  answer: HttpResponse,
  isSigned: boolean,
): NextTarget | undefined {
  const { location } = answer.headers
  if (!redirects.has(answer.status) || location === undefined) return undefined
  const url = absolute(location, from.url)
  if (url === undefined) return undefined
  const asGet =
    (answer.status === 303 && from.method !== 'HEAD') ||
    (answer.status < 303 && from.method === 'POST')
  const method = asGet ? 'GET' : from.method
  const body = asGet ? undefined : from.body
  const before = splitUrl(from.url)
  const after = splitUrl(url)
  if (before.scheme === after.scheme && before.host === after.host) {
    return { target: { ...from, url, method, body, headers: headersOf(from, body) }, isSigned }
  }
  if (before.scheme === 'https' && after.scheme === 'http') return undefined
  if (body !== undefined || (method !== 'GET' && method !== 'HEAD')) return undefined
  const headers = Object.fromEntries(
    Object.entries(from.headers).filter(([name]) => harmless.has(name.toLowerCase())),
  )
  return { target: { ...from, url, method, body, headers }, isSigned: false }
}

function headersOf({ headers }: Target, body: Target['body']): Target['headers'] {
  if (body !== undefined) return headers
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !/^content-/i.test(name)))
}

/** The address of a Location header, in the form that can be sent; undefined for anything else. */
function absolute(location: string, base: string): string | undefined {
  if (!URL.canParse(location, base)) return undefined
  const url = new URL(location, base)
  url.hash = ''
  if (url.username !== '' || url.password !== '') return undefined
  try {
    splitUrl(url.href)
    return url.href
  } catch {
    return undefined
  }
}
