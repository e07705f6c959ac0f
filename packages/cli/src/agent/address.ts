import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'

/** Where to listen: an IP address and a port. */
export interface Address {
  readonly host: string
  readonly port: number
}

export const defaultPort = 9912

/** Reads `127.0.0.1`, `127.0.0.1:9912`, `[::1]:9912` or `localhost:9912`; undefined for anything else. */
export function readAddress(text: string): Address | undefined {
  const [, inBrackets, bare, digits] =
    /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9.]+))(?::(\d{1,5}))?$/.exec(text) ?? []
  const host = bare === 'localhost' ? '127.0.0.1' : (inBrackets ?? bare ?? '')
  const port = digits === undefined ? defaultPort : Number(digits)
  const isRight = inBrackets === undefined ? isIP(host) !== 0 : isIP(host) === 6
  return isRight && port <= 65_535 ? { host, port } : undefined
}

/** `http://[::1]:9912` */
export const originOf = ({ host, port }: Address): string =>
  `http://${host.includes(':') ? `[${host}]` : host}:${port}`

/** IPv4 in IPv6, as a listener on `::` shows its peers, becomes IPv4; a zone (`%eth0`) goes. */
export const plainAddress = (address: string): string =>
  address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/s, '')

export const isLoopback = (address: string): boolean =>
  /^127\.\d+\.\d+\.\d+$/.test(address) || address === '::1'

export const isWildcard = (address: string): boolean => address === '0.0.0.0' || address === '::'

/** The addresses of this machine now. */
export function ownAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap(list =>
    (list ?? []).map(({ address }) => address),
  )
}

/** The host names under which these addresses are asked, besides those that were configured. */
export function hostNames(addresses: readonly Address[]): readonly string[] {
  const names = addresses.flatMap(({ host }) => {
    if (isWildcard(host)) return [...ownAddresses(), 'localhost']
    return isLoopback(host) ? [host, 'localhost'] : [host]
  })
  return [...new Set(names)]
}
