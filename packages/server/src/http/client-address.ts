/** Which network address a request comes from. */
import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'
import { normalizeIP } from '@fastify/rate-limit'
import type { FastifyRequest } from 'fastify'

/**
 * True for proxies that the configuration lists (addresses or networks). X-Forwarded-For is read
 * from the right, and the first address that is not a listed proxy is the client's.
 */
export function trustedProxies(list: readonly string[]): (address: string) => boolean {
  const trusted = new BlockList()
  for (const entry of list) {
    const [address = '', prefix] = entry.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (prefix === undefined) trusted.addAddress(address, family)
    else trusted.addSubnet(address, Number(prefix), family)
  }
  return address => {
    const plain = plainAddress(address)
    const version = isIP(plain)
    return version !== 0 && trusted.check(plain, version === 6 ? 'ipv6' : 'ipv4')
  }
}

/**
 * The client's address, IPv4 without its IPv6 wrapping. Some proxies add the port: it is cut off.
 * When a proxy sent no address, the peer's.
 */
export function clientAddress(request: FastifyRequest): string {
  const claimed = plainAddress(request.ip)
  if (isIP(claimed) !== 0) return claimed
  return plainAddress(request.socket.remoteAddress ?? 'unknown')
}

/** What one client commonly has, for counting: an IPv4 address, or the /64 of an IPv6 address. */
export function networkOf(address: string): string {
  return normalizeIP(address, 64)
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

function plainAddress(text: string): string {
  const ipv4 = /^(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}$/.exec(text)
  const ipv6 = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(text)
  const address = ipv4?.[1] ?? ipv6?.[1] ?? text
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address
}
