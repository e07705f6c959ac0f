import type { KeyObject } from 'node:crypto'
import type { World } from './world/schema.ts'

export interface SimulatorOptions {
  /** The world as an object or as a YAML file; `demoWorld` when left out. */
  readonly world?: World | { readonly file: string }
  /** Address to listen on: `127.0.0.1` when left out. */
  readonly host?: string
  /** Port of the AWS side; 0 or nothing for any free one. */
  readonly port?: number
  /** Port of the company IdP; 0 or nothing for any free one. */
  readonly idpPort?: number
  /** The simulator's clock: the system's when left out. */
  readonly now?: () => Date
}

/** A running simulator. Every URL is on the host and port that it listens on. */
export interface Simulator {
  /** Root of the AWS side, without a trailing slash. */
  readonly url: string
  readonly stsEndpoint: string
  readonly federationEndpoint: string
  readonly consoleUrl: string
  readonly idp: {
    readonly url: string
    readonly entityId: string
    readonly metadataUrl: string
    readonly ssoUrl: string
    /** The IdP's private key and certificate (PEM), for tests that forge or issue assertions. */
    readonly signingKey: KeyObject
    readonly certificate: string
  }
  readonly world: World
  /** Registers a SAML service provider by its metadata; a later one with the same entity id replaces it. Throws `SimulatorError`. */
  trustServiceProvider(metadataXml: string): void
  /** Stops both listeners and forgets every session. */
  close(): Promise<void>
}

export declare function startSimulator(options?: SimulatorOptions): Promise<Simulator>
