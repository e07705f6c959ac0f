/** The gateway without its web side, for programs: grants, sessions and delivery behind one audit log. */
import { randomBytes } from 'node:crypto'
import type { HttpSend } from '@rolecall/aws'
import type { Discovery } from './accounts/index.ts'
import type { Config } from './config/config.ts'
import type { Asker, ConsolePage, RoleName } from './delivery/index.ts'
import { ServerError } from './errors.ts'
import { createLiveCore, type LiveCore } from './live-core.ts'
import {
  localSource,
  type Principal,
  principalId,
  type RoleOffer,
  type RoleSession,
} from './nouns.ts'
import { openAuditLog } from './ops/audit-log.ts'
import type { LiveSession } from './sessions/index.ts'
import { isIdentityText } from './signin/index.ts'
import { openStore, type Store } from './store/index.ts'

/** What a broker is made of. Clock, randomness and HTTP default to the platform's. */
export interface BrokerOptions {
  readonly config: Config
  /** Default: `config.store.file`, which the broker opens and closes. */
  readonly store?: Store
  readonly now?: () => Date
  readonly random?: (bytes: number) => Uint8Array
  readonly http?: HttpSend
  /** Told of what somebody should look at; default: standard error. */
  readonly warn?: (message: string) => void
}

/** Who takes roles. The program vouches for it: nothing of it is verified here. */
export type BrokerPrincipal = Pick<Principal, 'username'> & Partial<Omit<Principal, 'id'>>

/** What one principal may do. Everything leaves its event in the audit log before it is given. */
export interface PrincipalBroker {
  /** The roles that the principal may take now. */
  offers(): readonly RoleOffer[]
  /**
   * The keys of one role, by its offer or by alias and name; kept and renewed. Throws ServerError
   * `not-found`, `access-refused`, `form-refused`, `aws-refused`, `aws-unreachable`,
   * `gateway-credentials`, `session-refused`, `session-too-large` or `audit-unavailable`.
   */
  credentials(role: RoleName | RoleOffer): Promise<RoleSession>
  /**
   * The address that signs a browser in to the console with keys that `credentials` gave this principal.
   * `duration` is in seconds, 900 to 43200, and does not count for chained sessions. Throws the same,
   * and `bad-destination` or `console-refused`.
   */
  consoleUrl(
    credentials: RoleSession,
    page?: {
      readonly issuer?: string
      readonly destination?: string
      readonly duration?: number
    },
  ): Promise<string>
  /** The sessions that are valid now, without their secrets. */
  liveSessions(): readonly LiveSession[]
}

/** A broker and its life. */
export interface Broker {
  /** Throws `bad-principal` for a name that could stand for two, or for none. */
  forPrincipal(principal: BrokerPrincipal): PrincipalBroker
  /**
   * The accounts and roles that are known, read in the background as `discovery` of the configuration
   * says; `refresh` reads all of it now, and waits.
   */
  readonly discovery: Pick<Discovery, 'catalog' | 'report' | 'refresh'>
  /** Writes what is to be written and gives the store back. */
  close(): Promise<void>
}

/** Builds a broker from a loaded configuration. Throws the store's error. */
export async function createBroker(options: BrokerOptions): Promise<Broker> {
  const store = options.store ?? (await openStore(options.config.store.file))
  const closeStore = async () => {
    if (options.store === undefined) await store.close()
  }
  try {
    return await brokerOn(store, options, closeStore)
  } catch (error) {
    await closeStore()
    throw error
  }
}

async function brokerOn(
  store: Store,
  options: BrokerOptions,
  closeStore: () => Promise<void>,
): Promise<Broker> {
  const { config, now = () => new Date(), random = randomBytes } = options
  const warn = options.warn ?? (message => void process.stderr.write(`rolecall: ${message}\n`))
  const log = openAuditLog({ store, now, random, warn })
  const core = await createLiveCore({
    config: () => config,
    store,
    audit: log.audit,
    now,
    random,
    http: options.http,
    warn,
  })
  const { aws, discovery } = core
  await log.sendTo(config.audit.sinks)
  discovery.start()
  return Object.freeze({
    forPrincipal: createForPrincipal(core, now),
    discovery,
    async close() {
      await discovery.close()
      aws.close()
      await log.close()
      await closeStore()
    },
  })
}

function createForPrincipal(
  { delivery, offers, roles }: LiveCore,
  now: () => Date,
): Broker['forPrincipal'] {
  /** To whom each session was given. */
  const given = new WeakMap<RoleSession, string>()

  return facts => {
    const principal = principalOf(facts, now())
    const asker: Asker = {
      principal,
      address: principal.address,
      again: async () => principal,
    }
    return Object.freeze({
      offers: () => offers(principal, principal.address),
      async credentials(role: RoleName | RoleOffer) {
        const session = await delivery.credentials(asker, nameOf(role))
        given.set(session, principal.id)
        return session
      },
      async consoleUrl(
        session: RoleSession,
        page: Parameters<PrincipalBroker['consoleUrl']>[1] = {},
      ) {
        if (given.get(session) !== principal.id) {
          throw new ServerError('access-refused', { detail: 'not a session of this principal' })
        }
        const { duration: durationSeconds, ...rest } = page
        const wanted: ConsolePage = { ...rest, durationSeconds }
        return delivery.consoleOf(asker, session, wanted)
      },
      liveSessions: () => roles.liveSessions(principal.id),
    })
  }
}

function principalOf(facts: BrokerPrincipal, now: Date): Principal {
  const { username, source = localSource } = facts
  // `b` of the source `a:x` would have the id that `x:b` of the source `a` has.
  if (source.includes(':') || ![source, username].every(isIdentityText)) {
    const detail = `${JSON.stringify(source)}, ${JSON.stringify(username)}`
    throw new ServerError('bad-principal', { detail: detail.slice(0, 600) })
  }
  return Object.freeze({
    kind: 'person',
    displayName: username,
    email: undefined,
    groups: [],
    attributes: {},
    amr: [],
    authenticatedAt: now,
    address: '',
    notAfter: undefined,
    ...facts,
    source,
    id: principalId(source, username),
  })
}

function nameOf(role: RoleName | RoleOffer): RoleName {
  return 'roleName' in role ? { account: role.account.alias, role: role.roleName } : role
}
