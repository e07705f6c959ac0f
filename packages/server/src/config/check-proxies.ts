/** The proxies whose X-Forwarded-For, or whose word about people, counts. */
import { BlockList } from 'node:net'
import type { KeyPath } from './key-path.ts'
import { type Network, readNetwork } from './networks.ts'
import type { Report } from './report.ts'
import type { Sections } from './sections.ts'

/** The widest networks that may be trusted, in bits of their prefix. */
const widest = { ipv4: 8, ipv6: 16 }

/** The IPv4 addresses as IPv6 writes them (RFC 4291, section 2.5.5.2): both forms match each other. */
const mappedBits = 96
const mapped = new BlockList()
mapped.addSubnet('::ffff:0:0', mappedBits, 'ipv6')

/** Reports proxies that are no address or network, or a network so wide that anybody may be in it. */
export function checkProxies(sections: Sections, report: Report): void {
  checkNetworks(sections.listen?.trustedProxies ?? [], ['listen', 'trustedProxies'], report, {
    harm: 'anybody in it could claim any address',
  })
  for (const [index, entry] of sections.headers.entries()) {
    checkNetworks(entry?.from ?? [], ['signIn', 'headers', index, 'from'], report, {
      harm: 'anybody in it could claim to be anybody',
    })
  }
}

function checkNetworks(
  list: readonly string[],
  path: KeyPath,
  report: Report,
  { harm }: { readonly harm: string },
): void {
  for (const [index, text] of list.entries()) {
    const network = readNetwork(text)
    if (network === undefined) {
      const remedy = 'write an IP address (`10.0.0.7`) or a network (`10.0.0.0/8`)'
      report.problem([...path, index], 'not an address or network', remedy)
    } else if (isTooWide(network)) {
      const remedy = `write the addresses of your own proxies; at most a /${widest.ipv4} network (IPv4) or a /${widest.ipv6} (IPv6)`
      report.problem([...path, index], `this trusts too many: ${harm}`, remedy)
    }
  }
}

function isTooWide({ address, family, bits }: Network): boolean {
  if (family === 'ipv4') return bits < widest.ipv4
  if (mapped.check(address, 'ipv6')) return bits < mappedBits + widest.ipv4
  const network = new BlockList()
  network.addSubnet(address, bits, 'ipv6')
  return bits < widest.ipv6 || network.check('::ffff:0:0', 'ipv6')
}
