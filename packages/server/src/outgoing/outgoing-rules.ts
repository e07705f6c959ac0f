import { isIP } from 'node:net'
import { ServerError } from '../errors.ts'
import { type AddressClass, classOfAddress } from './address-class.ts'
import { isLoopbackHost } from './loopback.ts'

/** Which hosts an outgoing URL may name. */
export interface OutgoingRules {
  /**
   * Hosts of the URLs that stand in the configuration file, as `URL.hostname` gives them. These may be
   * in private networks; loopback only where the host itself says so. Other hosts must be public.
   */
  readonly fileHosts: readonly string[]
}

/** Names under which clouds have their metadata service. */
const metadataNames = new Set([
  'metadata',
  'metadata.google.internal',
  'metadata.goog',
  'instance-data',
  'instance-data.ec2.internal',
])

/** Throws `outgoing-refused` for a host that may not be called whatever its addresses are. */
export function checkHost(hostname: string, rules: OutgoingRules): void {
  const host = plainHost(hostname)
  if (metadataNames.has(host)) throw refused(hostname, 'it is a metadata service')
  if (isIP(host) !== 0) checkAddress(hostname, host, rules)
}

/** Throws `outgoing-refused` when this address of the host may not be connected to. */
export function checkAddress(hostname: string, address: string, rules: OutgoingRules): void {
  const kind = classOfAddress(address)
  if (isAllowed(hostname, kind, rules)) return
  throw refused(hostname, `${address} is ${words[kind]}`)
}

const words: Readonly<Record<AddressClass, string>> = {
  public: 'public',
  private: 'in a private network',
  loopback: 'this machine itself',
  never: 'link-local, of a metadata service, or reserved',
}

function isAllowed(hostname: string, kind: AddressClass, { fileHosts }: OutgoingRules): boolean {
  if (kind === 'public') return true
  if (kind === 'never') return false
  const host = plainHost(hostname)
  const isFromFile = fileHosts.some(one => plainHost(one) === host)
  // A name that somebody else answers for must not lead back to this machine.
  return isFromFile && (kind === 'private' || isLoopbackHost(urlHost(host)))
}

function plainHost(hostname: string): string {
  return hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
}

function urlHost(host: string): string {
  return isIP(host) === 6 ? `[${host}]` : host
}

function refused(hostname: string, why: string): ServerError {
  return new ServerError('outgoing-refused', { detail: `${hostname}: ${why}` })
}
