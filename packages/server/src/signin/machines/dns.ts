/** DNS as the sign-in of machines asks it. */
import { Resolver } from 'node:dns/promises'
import { type IpAddress, readAddress, reverseName } from './addresses.ts'

/** Whom to ask and how long it may take. */
export interface DnsOptions {
  /** Empty: those of the system. */
  readonly servers: readonly string[]
  readonly timeoutMs: number
}

/** The questions of one look-up. They reject with a {@link DnsFailure} when nobody can tell. */
export interface DnsQuestions {
  /** The PTR names of an address; empty when it has none. */
  namesOf(address: IpAddress): Promise<readonly string[]>
  /** The addresses of a name, and how long they may be kept; none when it has none. */
  addressesOf(
    name: string,
    family: 4 | 6,
  ): Promise<{ readonly addresses: readonly string[]; readonly lifeSeconds: number }>
}

/** DNS did not say yes or no: it was silent, broken, or said too much. */
export class DnsFailure extends Error {}

/** RFC 1035 allows more, a machine does not have them. */
const mostNames = 16
const mostAddresses = 64
/** What says that there is nothing, as opposed to what says nothing. */
const absent: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA'])

/**
 * Lets `work` ask, and ends its questions at the deadline. /etc/hosts takes no part: it is not what the
 * administrators of a domain say.
 */
export async function askDns<T>(
  { servers, timeoutMs }: DnsOptions,
  work: (dns: DnsQuestions) => Promise<T>,
): Promise<T> {
  // Half of the time for a first try, so that one lost packet is no failure.
  const resolver = new Resolver({ timeout: Math.max(100, Math.ceil(timeoutMs / 3)), tries: 2 })
  if (servers.length > 0) resolver.setServers(servers)
  const timer = setTimeout(() => resolver.cancel(), timeoutMs)
  try {
    return await work(questions(resolver))
  } finally {
    clearTimeout(timer)
  }
}

function questions(resolver: Resolver): DnsQuestions {
  return {
    async namesOf(address) {
      const names = await answered(resolver.resolvePtr(reverseName(address)))
      if (names.length > mostNames) throw new DnsFailure(`${names.length} PTR records`)
      return names
    },
    async addressesOf(name, family) {
      const records = await answered(
        family === 4
          ? resolver.resolve4(name, { ttl: true })
          : resolver.resolve6(name, { ttl: true }),
      )
      if (records.length > mostAddresses) throw new DnsFailure(`${records.length} addresses`)
      return {
        addresses: records.flatMap(record => readAddress(record.address)?.text ?? []),
        lifeSeconds: Math.min(...records.map(record => record.ttl), Number.MAX_SAFE_INTEGER),
      }
    },
  }
}

async function answered<T>(question: Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await question
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    if (absent.has(code)) return []
    throw new DnsFailure(code, { cause: error })
  }
}
