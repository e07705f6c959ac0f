import { Secret } from '../credentials/secret.ts'
import { AwsError } from '../errors.ts'

/** An HTTP proxy and who may use it. */
export interface HttpProxy {
  /** `http://proxy.example.com:3128`; `https:` for a proxy that is itself reached over TLS. */
  readonly url: string
  readonly username?: string | undefined
  readonly password?: string | Secret | undefined
}

/** Proxies by the scheme of the target; a scheme without one is reached directly. */
export interface HttpProxies {
  readonly https?: string | HttpProxy | undefined
  readonly http?: string | HttpProxy | undefined
}

/** A proxy as connections are made to it. */
export interface ProxyAddress {
  readonly scheme: 'http' | 'https'
  /** Without the brackets of IPv6. */
  readonly hostname: string
  readonly port: number
  /** Host and port, for messages. */
  readonly host: string
  /** The value of Proxy-Authorization (RFC 7617, Basic). */
  readonly authorization: Secret | undefined
}

/**
 * Reads a proxy: `http://proxy:3128`, `proxy:3128`, also with `user:password@`, percent-encoded. Throws
 * `AwsError` `bad_proxy`, which never repeats the address: it may hold a password.
 */
export function readProxy(given: string | HttpProxy): ProxyAddress {
  const { url: text, username, password } = typeof given === 'string' ? { url: given } : given
  const url = urlOf(text.trim())
  if (url === undefined || url.hostname === '' || !/^\/?$/.test(url.pathname + url.search)) {
    throw bad('it is not an address such as "http://proxy.example.com:3128"')
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw bad(`it has the scheme "${url.protocol}" where only http: and https: are supported`)
  }
  const scheme = url.protocol === 'https:' ? 'https' : 'http'
  const port = url.port === '' ? (scheme === 'https' ? 443 : 80) : Number(url.port)
  return Object.freeze({
    scheme,
    hostname: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port,
    host: `${url.hostname}:${port}`,
    authorization: authorizationOf(
      username ?? decoded(url.username),
      password ?? decoded(url.password),
    ),
  })
}

function urlOf(text: string): URL | undefined {
  // A host and a port alone would be read as a scheme and a path.
  const absolute = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`
  return URL.canParse(absolute) ? new URL(absolute) : undefined
}

function authorizationOf(username: string, given: string | Secret): Secret | undefined {
  const password = given instanceof Secret ? given.reveal() : given
  if (username === '' && password === '') return undefined
  if (username.includes(':')) throw bad('its user name has a colon, which HTTP cannot carry')
  if (/\p{Cc}/u.test(username + password)) throw bad('its credentials have a control character')
  return new Secret(`Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw bad('its user name or password is not percent-encoded')
  }
}

function bad(why: string): AwsError {
  return new AwsError('bad_proxy', `the address of the proxy cannot be used: ${why}`)
}
