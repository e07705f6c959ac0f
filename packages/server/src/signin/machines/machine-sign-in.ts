/** Sign-in of machines: by the address that asks, as DNS names it. */
import { randomBytes } from 'node:crypto'
import type { AuditEvent } from '../../audit/index.ts'
import type { Config } from '../../config/config.ts'
import { networkMatcher } from '../../config/index.ts'
import { ServerError } from '../../errors.ts'
import { type Principal, principalId } from '../../nouns.ts'
import type { FoldedRecord } from '../../ops/fold-events.ts'
import { recordRefusal } from '../record-refusal.ts'
import { SignInRefusal } from '../refusals.ts'
import { type IpAddress, machineNetworks, readAddress } from './addresses.ts'
import { askDns, DnsFailure } from './dns.ts'
import type { HostName } from './host-name.ts'
import { type IdentifiedMachine, identifyMachine } from './identify-machine.ts'
import { createOutcomeCache, type Outcome } from './outcome-cache.ts'

/** Who a machine is. */
export interface MachineSignIn {
  /**
   * The machine at this client address. Leaves an audit event, one a minute for the same outcome and
   * address. Throws `signin-refused` (its `cause` is the `SignInRefusal`), `provider-unavailable` when
   * DNS does not tell, `too-many-requests` when too many are looked up, `audit-unavailable`.
   */
  byAddress(address: string): Promise<Principal>
}

type Machines = NonNullable<Config['signIn']['machines']>
/** A refusal is an outcome too: it is kept, shorter. */
type Found = IdentifiedMachine | SignInRefusal

/** Of events, while no machine is anybody. */
const defaultSource = 'machines'
const longestYes = 300
const no = 30
const bounds = { kept: 10_000, running: 64 }

/** The step over the configuration; `isProxy` says whose address stands for others. */
export function createMachineSignIn(parts: {
  readonly config: () => Config
  readonly isProxy: (address: string) => boolean
  readonly record: { readonly ofPerson: FoldedRecord; readonly ofNetwork: FoldedRecord }
  readonly now: () => Date
  readonly random?: (bytes: number) => Uint8Array
}): MachineSignIn {
  const random = parts.random ?? randomBytes
  let rules: ReturnType<typeof rulesOf> | undefined

  function rulesOf(machines: Machines, headers: Config['signIn']['headers']) {
    return {
      machines,
      headers,
      // They pass on what others ask, listed for X-Forwarded-For or not.
      namesPeople: networkMatcher(headers.flatMap(({ from }) => from)),
      isListed: machineNetworks(machines.networks),
      cache: createOutcomeCache<Found>(parts.now, bounds),
    }
  }

  /** Those of the configuration of now: what was found under another one counts no more. */
  function rulesNow() {
    const { machines, headers } = parts.config().signIn
    if (machines === undefined) throw new SignInRefusal('machine-off', { check: 'signIn.machines' })
    if (rules?.machines !== machines || rules.headers !== headers) {
      rules = rulesOf(machines, headers)
    }
    return rules
  }

  async function lookUp(address: IpAddress, machines: Machines): Promise<Outcome<Found>> {
    const probe = `rolecall-${Buffer.from(random(12)).toString('hex')}`
    try {
      const value = await askDns(
        { servers: machines.nameServers, timeoutMs: machines.timeoutMs },
        dns => identifyMachine(address, machines.domains, dns, probe),
      )
      return { value, lifeSeconds: Math.min(value.lifeSeconds, longestYes) }
    } catch (error) {
      if (error instanceof SignInRefusal) return { value: error, lifeSeconds: no }
      if (!(error instanceof DnsFailure)) throw error
      const detail = `DNS, for ${address.text}: ${error.message}`
      throw new ServerError('provider-unavailable', { detail, cause: error })
    }
  }

  async function identify(text: string): Promise<Principal> {
    const { machines, isListed, namesPeople, cache } = rulesNow()
    const address = readAddress(text)
    const isProxy = (one: string) => parts.isProxy(one) || namesPeople(one)
    if (address === undefined || !isListed(address) || isProxy(address.text)) {
      throw new SignInRefusal('machine-address', {
        check: 'signIn.machines.networks',
        received: JSON.stringify(text.slice(0, 64)),
      })
    }
    const found = cache.get(address.text, () => lookUp(address, machines))
    if (found === undefined) {
      const detail = 'machines looked up at once'
      throw new ServerError('too-many-requests', { detail, retryAfterSeconds: 2 })
    }
    const machine = await found
    if (machine instanceof SignInRefusal) throw machine
    return machinePrincipal(machine, machines.id, address.text, parts.now())
  }

  return Object.freeze({
    async byAddress(address: string) {
      const source = parts.config().signIn.machines?.id ?? defaultSource
      try {
        const principal = await identify(address)
        await parts.record.ofPerson(`machine ${principal.id} ${address}`, {
          type: 'signin.succeeded',
          result: 'success',
          principal: principal.id,
          source,
          address,
          detail: { how: 'address' },
        })
        return principal
      } catch (error) {
        const code =
          error instanceof SignInRefusal || error instanceof ServerError ? error.code : ''
        const folded = {
          record: (event: AuditEvent) =>
            parts.record.ofNetwork(`${code} ${source} ${address}`, event),
        }
        throw await recordRefusal(folded, error, { source, address }, 'signin')
      }
    },
  })
}

/** A machine whose name is confirmed, as a principal. */
export function machinePrincipal(
  { name, host, domain }: HostName,
  source: string,
  address: string,
  authenticatedAt: Date,
): Principal {
  return Object.freeze({
    kind: 'machine',
    id: principalId(source, name),
    source,
    username: name,
    displayName: name,
    email: undefined,
    groups: [],
    attributes: { host: [host], domain: [domain] },
    amr: [],
    authenticatedAt,
    address,
    notAfter: undefined,
  } satisfies Principal)
}
