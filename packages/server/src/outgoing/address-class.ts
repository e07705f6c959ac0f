import { BlockList, isIP } from 'node:net'

/**
 * What an IP address is for. `never`: nothing that an administrator could mean (link-local with the
 * metadata services of clouds, unspecified, multicast, reserved).
 */
export type AddressClass = 'public' | 'private' | 'loopback' | 'never'

/** From IANA's special-purpose registries (RFC 6890), and the metadata addresses outside of link-local. */
const ranges: Readonly<Record<'loopback' | 'private' | 'never', readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  // EC2 and ECS over IPv6, Google, Scaleway, Alibaba, Azure: they lie inside of private or public ranges.
  never: [
    'fd00:ec2::/32',
    'fd20:ce::/32',
    'fd00:42::42/128',
    '100.100.100.200/32',
    '168.63.129.16/32',
    '0.0.0.0/8',
    '169.254.0.0/16',
    '192.0.0.0/24',
    '224.0.0.0/3',
    '::/128',
    'fe80::/10',
    'ff00::/8',
    // These lead to IPv4 in ways of their own: NAT64 with a local prefix (RFC 8215), Teredo (RFC 4380).
    '64:ff9b:1::/48',
    '2001::/32',
  ],
  private: [
    '10.0.0.0/8',
    '100.64.0.0/10',
    '172.16.0.0/12',
    '192.168.0.0/16',
    '198.18.0.0/15',
    'fc00::/7',
    'fec0::/10',
  ],
}

const lists = (['loopback', 'never', 'private'] as const).map(
  name => [name, blockList(ranges[name])] as const,
)

/** The class of an address; what is no address is `never`. IPv4 inside of IPv6 counts as that IPv4. */
export function classOfAddress(address: string): AddressClass {
  const [plain = ''] = address.split('%')
  const version = isIP(plain)
  if (version === 0) return 'never'
  if (version === 4) return classIn(plain, 'ipv4')
  const inner = embeddedIpv4(plain)
  return inner === undefined ? classIn(plain, 'ipv6') : classIn(inner, 'ipv4')
}

function classIn(address: string, family: 'ipv4' | 'ipv6'): AddressClass {
  return lists.find(([, list]) => list.check(address, family))?.[0] ?? 'public'
}

/**
 * Mapped (RFC 4291, 2.5.5), translated (RFC 2765), NAT64 (RFC 6052) and 6to4 (RFC 3056): these lead to an
 * IPv4 address.
 */
function embeddedIpv4(address: string): string | undefined {
  const groups = groupsOf(address)
  const join = (high = 0, low = 0) =>
    [high >> 8, high & 255, low >> 8, low & 255].map(String).join('.')
  if (groups[0] === 0x2002) return join(groups[1], groups[2])
  const leads = (prefix: readonly number[]) => prefix.every((group, at) => groups[at] === group)
  const isMapped = leads([0, 0, 0, 0, 0, 0xffff]) || leads([0, 0, 0, 0, 0xffff, 0])
  // `::1` and `::` have this form too, and are in the lists as they are.
  const isCompatible = leads([0, 0, 0, 0, 0, 0]) && groups[6] !== 0
  const isNat64 = leads([0x64, 0xff9b, 0, 0, 0, 0])
  return isMapped || isCompatible || isNat64 ? join(groups[6], groups[7]) : undefined
}

/** The eight groups of an IPv6 address. */
function groupsOf(address: string): number[] {
  // A URL's parser writes any form, also with IPv4 at its end, as hexadecimal groups.
  const { hostname } = new URL(`http://[${address}]/`)
  const [head = '', tail] = hostname.slice(1, -1).split('::')
  const numbers = (text: string) =>
    text === '' ? [] : text.split(':').map(group => Number.parseInt(group, 16))
  const [before, after] = [numbers(head), numbers(tail ?? '')]
  return [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after]
}

function blockList(networks: readonly string[]): BlockList {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', prefix] = network.split('/')
    list.addSubnet(address, Number(prefix), isIP(address) === 6 ? 'ipv6' : 'ipv4')
  }
  return list
}
