/** Which network addresses may be a machine's. */
import { isIPv4, isIPv6 } from 'node:net'
import { networkMatcher, plainAddress, readNetwork } from '../../config/networks.ts'

/** An IP address in the one spelling that two equal addresses share. */
export interface IpAddress {
  readonly text: string
  readonly family: 4 | 6
}

/** Reads an address; undefined for other text and for addresses with a zone (`fe80::1%eth0`). */
export function readAddress(text: string): IpAddress | undefined {
  const plain = plainAddress(text)
  if (isIPv4(plain)) return { text: plain, family: 4 }
  if (!isIPv6(plain) || !URL.canParse(`http://[${plain}]`)) return undefined
  const canonical = new URL(`http://[${plain}]`).hostname.slice(1, -1)
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(canonical)
  if (mapped === null) return { text: canonical, family: 6 }
  const [high, low] = [Number.parseInt(mapped[1] ?? '', 16), Number.parseInt(mapped[2] ?? '', 16)]
  return { text: [high >> 8, high & 255, low >> 8, low & 255].join('.'), family: 4 }
}

/** The name under which the PTR records of an address stand (RFC 1035, 3.5; RFC 3596, 2.5). */
export function reverseName({ text, family }: IpAddress): string {
  if (family === 4) return `${text.split('.').reverse().join('.')}.in-addr.arpa`
  const [before = '', after] = text.split('::')
  const head = before === '' ? [] : before.split(':')
  const tail = after === undefined || after === '' ? [] : after.split(':')
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0')
  const digits = [...head, ...zeros, ...tail].map(group => group.padStart(4, '0')).join('')
  return `${[...digits].reverse().join('.')}.ip6.arpa`
}

/**
 * Networks in which an address says nothing about who asks: this host, the link, groups, and where
 * clouds keep their metadata services (IANA special-purpose registries, RFC 6890).
 */
const special = [
  '0.0.0.0/8',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '100.100.100.200/32',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/128',
  '::1/128',
  'fe80::/10',
  'ff00::/8',
  'fd00:ec2::/32',
]
const isSpecial = networkMatcher(special)

/**
 * Whether an address is in one of the listed networks; a special one only where the list has a network
 * inside the special one.
 */
export function machineNetworks(list: readonly string[]): (address: IpAddress) => boolean {
  const isListed = networkMatcher(list)
  const isListedSpecial = networkMatcher(list.filter(isInsideSpecial))
  return ({ text }) => (isSpecial(text) ? isListedSpecial(text) : isListed(text))
}

function isInsideSpecial(entry: string): boolean {
  const network = readNetwork(entry)
  if (network === undefined) return false
  return special.some(block => {
    const bits = readNetwork(block)?.bits ?? 0
    return network.bits >= bits && networkMatcher([block])(network.address)
  })
}
