/** Who an address is: its PTR name, confirmed by the addresses of that name. */
import { SignInRefusal } from '../refusals.ts'
import type { IpAddress } from './addresses.ts'
import type { DnsQuestions } from './dns.ts'
import { type HostName, readHostName } from './host-name.ts'

/** A machine whose name is confirmed, and how long DNS says that it may be kept. */
export interface IdentifiedMachine extends HostName {
  readonly lifeSeconds: number
}

const maxShown = 200

/**
 * The one name of the address in one of the domains whose own addresses have this one. Whoever runs the
 * reverse zone may write any name there; only the domain's own zone can confirm it. Throws a
 * `SignInRefusal`, or what the questions throw. `probe` is a label that nobody can have registered.
 */
export async function identifyMachine(
  address: IpAddress,
  domains: readonly string[],
  dns: DnsQuestions,
  probe: string,
): Promise<IdentifiedMachine> {
  const names = await dns.namesOf(address)
  const hosts = distinct(names.flatMap(name => readHostName(name) ?? []))
  const candidates = hosts.filter(({ domain }) => domains.includes(domain))
  if (candidates.length === 0) {
    throw new SignInRefusal('machine-name', {
      check: 'PTR',
      expected: `a host of ${domains.join(', ')}`,
      received: shown(names),
    })
  }
  const confirmed = (
    await Promise.all(candidates.map(host => confirm(host, address, dns, probe)))
  ).filter(one => one !== undefined)
  const [machine, ...others] = confirmed
  if (machine === undefined) {
    throw new SignInRefusal('machine-unconfirmed', {
      check: address.family === 4 ? 'A' : 'AAAA',
      expected: address.text,
      received: shown(candidates.map(({ name }) => name)),
    })
  }
  if (others.length > 0) {
    const received = shown(confirmed.map(({ name }) => name))
    throw new SignInRefusal('machine-ambiguous', { check: 'PTR', expected: 'one name', received })
  }
  return machine
}

/** A wildcard record confirms every name, so it confirms none. */
async function confirm(
  host: HostName,
  { text, family }: IpAddress,
  dns: DnsQuestions,
  probe: string,
): Promise<IdentifiedMachine | undefined> {
  const [own, anyName] = await Promise.all([
    dns.addressesOf(host.name, family),
    dns.addressesOf(`${probe}.${host.domain}`, family),
  ])
  if (!own.addresses.includes(text) || anyName.addresses.includes(text)) return undefined
  return { ...host, lifeSeconds: own.lifeSeconds }
}

function distinct(hosts: readonly HostName[]): readonly HostName[] {
  return [...new Map(hosts.map(host => [host.name, host])).values()]
}

function shown(names: readonly string[]): string {
  return names.length === 0 ? 'no name' : JSON.stringify(names.join(' ').slice(0, maxShown))
}
