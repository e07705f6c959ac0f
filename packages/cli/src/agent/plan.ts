import type { Address } from './address.ts'

/** What an agent is to serve, from the command line or a file. */
export interface AgentPlan {
  readonly listen: readonly Address[]
  /** Names that the Host header may have, besides the addresses. */
  readonly hosts: readonly string[]
  /** Networks that may call besides this machine; undefined: whoever has a token. */
  readonly peers: readonly string[] | undefined
  /** A file; undefined: standard error. */
  readonly accessLog: string | undefined
  /** Origin of a metadata proxy. */
  readonly upstream: string | undefined
  /** For callers with a token, by name. */
  readonly roles: Readonly<Record<string, RolePlan>>
  readonly imds: ImdsPlan | undefined
}

/** A role and where its credentials come from. */
export interface RolePlan {
  /** From the first role of the metadata proxy; else from the profile, else from the default chain. */
  readonly isUpstreams: boolean
  readonly profile?: string | undefined
  readonly roleArns: readonly string[]
  readonly sessionName?: string | undefined
  readonly externalId?: string | undefined
  readonly durationSeconds?: number | undefined
  readonly region?: string | undefined
  /** undefined: a new token at each start. */
  readonly tokenFile: string | undefined
}

/** How the instance metadata service is to be. */
export interface ImdsPlan {
  /** Names of the plan's roles; undefined: those of the metadata proxy. */
  readonly roles: readonly string[] | undefined
  readonly v1: boolean
  readonly missing: 'not-found' | 'empty'
  readonly region: string | undefined
}
