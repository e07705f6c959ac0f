/** What the command line of `rolecall gateway` says. */
export interface GatewayFlags {
  readonly config?: string
  readonly region?: string
  readonly profile?: string
  /** A role of a person's connection, instead of a profile. */
  readonly role?: string
  readonly connection?: string
  /** Taken with the credentials there are. */
  readonly roleArn?: string
  readonly services?: readonly string[]
  readonly methods?: readonly string[]
  readonly endpointUrl?: string
  readonly listen?: string
  readonly audit?: string
}
