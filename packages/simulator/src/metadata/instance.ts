import { randomBytes } from 'node:crypto'
import { type InstanceFacts, type MetadataRoles, metadataEndpoint } from '@rolecall/aws'
import type { AwsState } from '../aws-state.ts'
import type { Incoming, Outgoing } from '../http/exchange.ts'
import { deliveredCredentials, deliveredRole } from './delivered-role.ts'

/** What `ModifyInstanceMetadataOptions` of EC2 changes, in its words. */
export interface ImdsSettings {
  /** `optional` answers requests without a session token too (version 1). Default `required`. */
  readonly httpTokens?: 'optional' | 'required'
  /** How many hops the answer with a session token may make, 1 to 64. Default 1. */
  readonly hopLimit?: number
  /** `disabled` refuses all. Default `enabled`. */
  readonly httpEndpoint?: 'enabled' | 'disabled'
}

/** The instance, and the role that it is in. */
export interface InstanceOptions extends ImdsSettings {
  /** ARN; default: the first role of the world that trusts `ec2.amazonaws.com`, if there is one. */
  readonly role?: string
  /** Default `eu-central-1`. */
  readonly region?: string
}

/** One instance, with its metadata service. */
export interface Instance {
  /** Answers a request that made so many hops: 1 from the instance itself, 2 from a container on it. */
  answer(request: MetadataCall, hops: number): Promise<Outgoing>
  configure(settings: ImdsSettings): void
}

/** What the metadata service looks at. */
export type MetadataCall = Pick<Incoming, 'method' | 'target' | 'headers'>

const instanceId = 'i-0f2d8c4b6a1e93750'

/** An instance of the simulated world. Throws `SimulatorError` `world_invalid`. */
export function createInstance(state: AwsState, options: InstanceOptions): Instance {
  const { region = 'eu-central-1' } = options
  const role = deliveredRole(state.world, 'ec2', { key: 'imds.role', arn: options.role })
  const source =
    role === undefined ? undefined : deliveredCredentials(state, role, 'ec2', instanceId)
  const name = role?.name
  const roles: MetadataRoles = {
    names: () => (name === undefined ? [] : [name]),
    find: asked => (asked === name ? source : undefined),
  }
  const account = role?.account ?? [...state.world.accounts.values()][0]
  const facts: InstanceFacts = {
    region,
    accountId: account?.id,
    instanceId,
    instanceType: 't3.micro',
    imageId: 'ami-0a1b2c3d4e5f60718',
    privateIp: '10.0.0.10',
    hostname: `ip-10-0-0-10.${region}.compute.internal`,
    startedAt: state.now(),
    ...(role === undefined
      ? {}
      : {
          instanceProfileArn: role.arn.replace(':role/', ':instance-profile/'),
          instanceProfileId: role.id.replace(/^AROA/, 'AIPA'),
        }),
  }
  const tokenKey = randomBytes(32)
  const endpoint = (v1: boolean) =>
    metadataEndpoint({ hosts: 'any', roles, facts, v1, tokenKey, now: state.now })
  const endpoints = { optional: endpoint(true), required: endpoint(false) }
  let settings: ImdsSettings = options

  return {
    async answer(request, hops) {
      const { httpTokens = 'required', hopLimit = 1, httpEndpoint = 'enabled' } = settings
      if (httpEndpoint === 'disabled') {
        return { status: 403, headers: { 'content-length': '0' }, body: '' }
      }
      // The answer with the token is lost on the way, and nobody hears of it.
      if (request.method === 'PUT' && hops > hopLimit) return new Promise(() => undefined)
      const { status, headers, body } = await endpoints[httpTokens](request)
      return { status, headers, body }
    },
    configure(next) {
      settings = { ...settings, ...next }
    },
  }
}
