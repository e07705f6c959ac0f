import type { CredentialSource, HttpClientOptions, SourceStsOptions } from '@rolecall/aws'
import type { ListenAddress, SigningGatewayConfig } from '@rolecall/server/signing-gateway'

/** What a gateway of the verb is made of, from flags or from a file. */
export interface GatewaySetup {
  readonly gateway: Omit<SigningGatewayConfig, 'listen' | 'prefix'>
  readonly listen: ListenAddress
  readonly credentials: CredentialSource
  readonly sts: SourceStsOptions
  /** How AWS is reached. */
  readonly connections: HttpClientOptions
  /** What to tell once it listens at this address. */
  readonly greeting: (url: string) => string
}
