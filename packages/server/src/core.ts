/** The steps behind the sign-in, from an offer to its delivery: the HTTP server and the library share them. */
import type { HttpSend } from '@rolecall/aws'
import type { Audit } from './audit/index.ts'
import type { Config } from './config/config.ts'
import { createDelivery, type Delivery } from './delivery/index.ts'
import { offersFor } from './grants/index.ts'
import type { Principal, RoleOffer } from './nouns.ts'
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
  offers(principal: Principal): readonly RoleOffer[]
}

/** Puts the steps together. */
export function createCore(options: {
  readonly config: () => Config
  readonly audit: Audit
  readonly now: () => Date
  readonly random: (bytes: number) => Uint8Array
  readonly http: HttpSend | undefined
  /** Told of what somebody should look at. */
  readonly warn: (message: string) => void
}): Core {
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
  })
  return Object.freeze({
    aws,
    roles,
    delivery: createDelivery({ config, audit, roles, http: aws.http }),
    offers: (principal: Principal) => offersFor(principal, config().grants),
  })
}
