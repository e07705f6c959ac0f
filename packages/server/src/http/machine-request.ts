/** Requests that a machine itself sends: its address is all that names it, so nobody may lend it. */
import { isIP } from 'node:net'
import type { FastifyRequest } from 'fastify'
import { ServerError } from '../errors.ts'

/** Only browsers send these, or only for a page. */
const ofBrowsers = ['sec-fetch-site', 'sec-fetch-mode', 'origin', 'referer', 'cookie']
const ofProxies = [
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
]

/**
 * Refuses what a machine sends for somebody else: a web page in its browser, a client of the proxy that
 * runs on it. A page may give its own host name our address (DNS rebinding), so the name in Host must be
 * one of `hosts`, or an address; so must those in X-Forwarded-Host, which such a page sends as it likes and not
 * every proxy replaces. Throws `not-a-machine`.
 */
export function checkMachineRequest(request: FastifyRequest, hosts: readonly string[]): void {
  const { headers, ips = [] } = request
  const sentBy = (names: readonly string[]) => names.find(name => headers[name] !== undefined)
  const ofPage = sentBy(ofBrowsers)
  if (ofPage !== undefined) throw refuse(`a page sends ${ofPage}`)
  // `ips`: the peer, then what trusted proxies added. What is left came from nobody we trust.
  const ofProxy = ips.length > 1 ? undefined : sentBy(ofProxies)
  const forwarded = String(headers['x-forwarded-for'] ?? '').split(',')
  const left = forwarded.filter(one => one.trim() !== '').length - (ips.length - 1)
  if (ofProxy !== undefined || left > 0) {
    throw refuse(`an unlisted proxy sends ${ofProxy ?? 'x-forwarded-for'}`)
  }
  // An address with a host is for proxies; RFC 9112 (3.2.2) puts that host in the place of Host's.
  if (!request.originalUrl.startsWith('/')) throw refuse('the address of a request to a proxy')
  const { host: hostHeaders = [''], 'x-forwarded-host': named = [] } = request.raw.headersDistinct
  if (hostHeaders.length > 1) throw refuse('Host came more than once')
  for (const host of [...hostHeaders, ...named.flatMap(text => text.split(','))].map(hostOf)) {
    if (isIP(host.replace(/^\[(.*)\]$/, '$1')) !== 0 || hosts.includes(host)) continue
    throw refuse(`the host name ${JSON.stringify(host.slice(0, 100))}`)
  }
}

function hostOf(text: string): string {
  return text
    .trim()
    .replace(/:\d{1,5}$/, '')
    .toLowerCase()
}

function refuse(detail: string): ServerError {
  return new ServerError('not-a-machine', { detail })
}
