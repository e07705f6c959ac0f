/** Which network address a request comes from. */
import { BlockList, isIP } from 'node:net'
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
    const plain = unmapped(address)
    const version = isIP(plain)
    return version !== 0 && trusted.check(plain, version === 6 ? 'ipv6' : 'ipv4')
  }
}

/** The client's address, IPv4 without its IPv6 wrapping; the peer's when a proxy sent no address. */
export function clientAddress(request: FastifyRequest): string {
  const claimed = unmapped(request.ip)
  if (isIP(claimed) !== 0) return claimed
  return unmapped(request.socket.remoteAddress ?? 'unknown')
}

function unmapped(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address
}
