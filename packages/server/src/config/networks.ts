/** Addresses and networks (CIDR), as the file lists them and as connections have them. */
import { BlockList, isIP } from 'node:net'

/** A network; an address alone is one with all its bits. */
export interface Network {
  readonly address: string
  readonly family: 'ipv4' | 'ipv6'
  readonly bits: number
}

/** Reads `10.0.0.7` or `10.0.0.0/8`; undefined for anything else. */
export function readNetwork(text: string): Network | undefined {
  const [address = '', prefix, ...rest] = text.split('/')
  const version = isIP(address)
  if (version === 0 || rest.length > 0) return undefined
  const family = version === 4 ? 'ipv4' : 'ipv6'
  const most = version === 4 ? 32 : 128
  if (prefix === undefined) return { address, family, bits: most }
  const bits = Number(prefix)
  return /^\d{1,3}$/.test(prefix) && bits <= most ? { address, family, bits } : undefined
}

/** Whether a text is an IP address, and nothing more. */
export function isAddress(text: string): boolean {
  return isIP(text) !== 0
}

/** Whether an address is in one of the networks; a text that is no address is in none. */
export function networkMatcher(list: readonly string[]): (address: string) => boolean {
  const networks = new BlockList()
  for (const entry of list) {
    const network = readNetwork(entry)
    if (network !== undefined) networks.addSubnet(network.address, network.bits, network.family)
  }
  return address => {
    const plain = plainAddress(address)
    const version = isIP(plain)
    return version !== 0 && networks.check(plain, version === 6 ? 'ipv6' : 'ipv4')
  }
}

/** An address without the port that some proxies add, and IPv4 without its IPv6 wrapping. */
export function plainAddress(text: string): string {
  const ipv4 = /^(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}$/.exec(text)
  const ipv6 = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(text)
  const address = ipv4?.[1] ?? ipv6?.[1] ?? text
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address
}
