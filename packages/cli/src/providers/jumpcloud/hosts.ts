import type { Connection } from '../../connections/connection.ts'
import { Failure } from '../../failure.ts'
import { isLoopbackHost } from '../../web/loopback.ts'

/** Where a tenant is: the portal that people sign in at, and the application. */
export interface JumpCloudHosts {
  /** Origin of the user console, without a trailing slash. */
  readonly console: string
  /** The application's sign-on address; undefined: the person's applications are asked for. */
  readonly ssoUrl: string | undefined
  /** Whether an address is of this tenant: only those are visited, and given its cookies. */
  readonly isOwn: (url: URL) => boolean
}

const defaultConsole = 'https://console.jumpcloud.com'

/**
 * Reads the configured URL: `https://sso.jumpcloud.com/saml2/NAME`, the same of another region
 * (`sso.eu.jumpcloud.com`), or a host alone. The key `console_host` names the console when it is elsewhere.
 * Throws `Failure` `configuration`.
 */
export function jumpCloudHosts(connection: Connection): JumpCloudHosts {
  const url = readUrl(connection)
  const console = consoleOf(url, connection)
  const consoleHost = new URL(console).host
  const isPlain = url.protocol === 'http:'
  const isJumpCloud = isJumpClouds(new URL(console))
  const hasPath = !/^\/*$/.test(url.pathname) && !/^\/(?:login|userconsole)\b/.test(url.pathname)
  return Object.freeze({
    console,
    ssoUrl: hasPath ? url.href : undefined,
    isOwn: (address: URL) =>
      (address.protocol === 'https:' || isPlain) &&
      (address.host === consoleHost ||
        address.host === url.host ||
        (isJumpCloud && isJumpClouds(address))),
  })
}

function readUrl({ url, name }: Connection): URL {
  const address = URL.parse(url === '' ? defaultConsole : url)
  if (address !== null && /^https?:$/.test(address.protocol)) {
    address.hash = ''
    return address
  }
  throw new Failure(
    'configuration',
    'the url of this connection is no web address',
    `rolecall configure -a ${name} --url https://sso.jumpcloud.com/saml2/aws`,
  )
}

function consoleOf(url: URL, { consoleHost, name }: Connection): string {
  if (consoleHost !== undefined) {
    const named = URL.parse(`${url.protocol}//${consoleHost}`)
    if (named !== null && named.host === consoleHost.toLowerCase()) return named.origin
    throw new Failure(
      'configuration',
      'console_host is no host name',
      'write it as console_host = console.eu.jumpcloud.com',
    )
  }
  if (isLoopbackHost(url.hostname)) return url.origin
  // sso.jumpcloud.com, sso.eu.jumpcloud.com; console.… and jumpcloud.com themselves.
  const [, region = ''] = /^(?:[a-z-]+\.)??((?:eu|in)\.)?jumpcloud\.com$/.exec(url.hostname) ?? []
  if (isJumpClouds(url)) return `https://console.${region}jumpcloud.com`
  throw new Failure(
    'configuration',
    `${url.host} is no address of JumpCloud, so its console is not known`,
    `add console_host = console.jumpcloud.com to the section ${name}, if that is where you sign in`,
  )
}

function isJumpClouds({ hostname }: URL): boolean {
  return hostname === 'jumpcloud.com' || hostname.endsWith('.jumpcloud.com')
}
