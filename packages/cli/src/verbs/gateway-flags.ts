/** What the command line of `rolecall gateway` says. */
export interface GatewayFlags {
  readonly config?: string
  readonly region?: string
  readonly profile?: string
  readonly role?: string
  readonly services?: readonly string[]
  readonly methods?: readonly string[]
  readonly endpointUrl?: string
  readonly listen?: string
  readonly audit?: string
}
