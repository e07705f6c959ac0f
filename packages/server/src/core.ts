/** The steps behind the sign-in, from an offer to its delivery: the HTTP server and the library share them. */
import type { HttpSend } from '@rolecall/aws'
import type { Audit } from './audit/index.ts'
import type { Config } from './config/config.ts'
import { createDelivery, type Delivery } from './delivery/index.ts'
import { createCurrentGrants, type Grants } from './grants/index.ts'
import type { Principal, RoleCatalog, RoleOffer } from './nouns.ts'
import {
  assertionFor,
  createAwsClients,
  createRoleTaker,
  type RoleTaker,
} from './sessions/index.ts'

/** Grants, sessions and delivery over one configuration and one audit log. */
export interface Core {
  readonly aws: ReturnType<typeof createAwsClients>
  readonly roles: RoleTaker
  readonly delivery: Delivery
  /** The grants as of now. */
  grants(): Grants
  /** The roles that the principal may take now, from this client address. */
  offers(principal: Principal, address: string): readonly RoleOffer[]
}

/** What a core is made of. */
export interface CoreOptions {
  readonly config: () => Config
  readonly audit: Audit
  readonly now: () => Date
  readonly random: (bytes: number) => Uint8Array
  readonly http: HttpSend | undefined
  /** Told of what somebody should look at. */
  readonly warn: (message: string) => void
  /** The accounts and roles that are known now. */
  readonly catalog: () => RoleCatalog
  /** Told of an offer whose role AWS refuses. */
  readonly onRefused?: (offer: RoleOffer) => void
}

/** Puts the steps together. */
export function createCore(options: CoreOptions): Core {
  const { config, audit, now, random, http, warn } = options
  const aws = createAwsClients({ config, now, http, warn })
  const roles = createRoleTaker({
    config,
    audit,
    now,
    chance: () => Buffer.from(random(4)).readUInt32BE() / 2 ** 32,
    ways: {
      sts: aws.sts,
      through: aws.through,
      isTemporary: async () => (await config().aws.credentials.get()).sessionToken !== undefined,
      assertion: (shape, providerArn) =>
        assertionFor(shape, providerArn, { config: config(), now: now() }),
    },
    onRefused: options.onRefused,
  })
  const grants = createCurrentGrants({
    rules: () => config().grants,
    catalog: options.catalog,
    proxies: () => config().listen.trustedProxies,
  })
  return Object.freeze({
    aws,
    roles,
    grants,
    delivery: createDelivery({ config, grants, now, audit, roles, http: aws.http }),
    offers: (principal: Principal, address: string) =>
      grants().offersFor(principal, { now: now(), address }),
  })
}
