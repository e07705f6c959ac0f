import { BlockList, isIP } from 'node:net'
import { isLoopback, ownAddresses, plainAddress } from './address.ts'

/** A network as people write it: `172.17.0.0/16`, or one address; undefined for anything else. */
export function readNetwork(
  text: string,
): { readonly address: string; readonly prefix: number } | undefined {
  const [, address = '', digits] = /^([0-9A-Fa-f:.]+)(?:\/(\d{1,3}))?$/.exec(text) ?? []
  const longest = isIP(address) === 4 ? 32 : 128
  const prefix = digits === undefined ? longest : Number(digits)
  return isIP(address) !== 0 && prefix <= longest ? { address, prefix } : undefined
}

/**
 * Whether a peer may call: processes of this machine, and the named networks. It stands in for the hop
 * limit of 1 that EC2 has: Node cannot set the time to live of a connection's packets.
 */
export function peerRule(
  networks: readonly string[],
): (remoteAddress: string | undefined) => boolean {
  const allowed = new BlockList()
  for (const text of networks) {
    const network = readNetwork(text)
    if (network === undefined) throw new TypeError(`not a network: ${text}`)
    allowed.addSubnet(network.address, network.prefix, familyOf(network.address))
  }
  return remoteAddress => {
    if (remoteAddress === undefined) return false
    const address = plainAddress(remoteAddress)
    if (isLoopback(address) || allowed.check(address, familyOf(address))) return true
    return ownAddresses().includes(address)
  }
}

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4')
