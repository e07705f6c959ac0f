import type { Shell } from './variables.ts'

/** The options of `rolecall agent`. */
export interface AgentOptions {
  readonly config?: string
  /** A role of a person's connection, instead of a profile. */
  readonly role?: string
  readonly connection?: string
  readonly profile?: string
  readonly roleArn?: readonly string[]
  readonly sessionName?: string
  readonly externalId?: string
  readonly region?: string
  readonly imds?: boolean
  readonly imdsV1?: boolean
  readonly upstream?: string
  readonly listen?: readonly string[]
  readonly tokenFile?: string
  readonly accessLog?: string
  readonly shell?: Shell
  readonly json?: boolean
}
