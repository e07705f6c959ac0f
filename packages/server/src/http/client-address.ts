/** Which network address a request comes from. */
import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { normalizeIP } from '@fastify/rate-limit'
import type { FastifyRequest } from 'fastify'
import { networkMatcher, plainAddress } from '../config/index.ts'

/**
 * True for proxies that the configuration lists (addresses or networks). X-Forwarded-For is read
 * from the right, and the first address that is not a listed proxy is the client's.
 */
export function trustedProxies(list: readonly string[]): (address: string) => boolean {
  return networkMatcher(list)
}

const addresses = new WeakMap<FastifyRequest, string>()

/**
 * The client's address, IPv4 without its IPv6 wrapping. Some proxies add the port: it is cut off.
 * When a proxy sent no address, the peer's.
 */
export function clientAddress(request: FastifyRequest): string {
  // A request is asked several times, and has one answer though the list of proxies changes meanwhile.
  const known = addresses.get(request) ?? findAddress(request)
  addresses.set(request, known)
  return known
}

function findAddress(request: FastifyRequest): string {
  const claimed = plainAddress(request.ip)
  if (isIP(claimed) !== 0) return claimed
  return plainAddress(request.socket.remoteAddress ?? 'unknown')
}

/** What one client commonly has, for counting: an IPv4 address, or the /64 of an IPv6 address. */
export function networkOf(address: string): string {
  return address.includes(':') ? normalizeIP(address, 64) : address
}

/**
 * The same for a request that no framework has seen: the first address of X-Forwarded-For, from the right, that is
 * no trusted proxy's.
 */
export function addressOfRequest(
  { headers, socket }: IncomingMessage,
  isTrusted: (address: string) => boolean,
): string {
  const forwarded = headers['x-forwarded-for']
  const claimed = (typeof forwarded === 'string' ? forwarded : '').split(',').map(one => one.trim())
  let address = plainAddress(socket.remoteAddress ?? 'unknown')
  while (isTrusted(address)) {
    const before = plainAddress(claimed.pop() ?? '')
    if (isIP(before) === 0) break
    address = before
  }
  return address
}
