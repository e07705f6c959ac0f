import { createAwsServices } from './aws-services.ts'
import { type Listener, listen } from './http/listen.ts'
import { handleIdp } from './idp/handle.ts'
import { createIdpIdentity, type IdpIdentity } from './idp/identity.ts'
import { createServiceProviders } from './idp/service-providers.ts'
import { createIdpSessions } from './idp/sessions.ts'
import {
  type ContainerCredentials,
  type ContainerEndpointOptions,
  type Imds,
  type ImdsOptions,
  listenForMetadata,
} from './metadata/listen-metadata.ts'
import { createIssuer, type Issuer } from './oidc/issuer.ts'
import { createSessions } from './sts/sessions.ts'
import { unknownPath } from './unknown-path.ts'
import { demoWorld } from './world/demo.ts'
import { loadWorld } from './world/load.ts'
import type { World } from './world/schema.ts'

/** What a simulator may be started with; every part has a default. */
export interface SimulatorOptions {
  /** The world as an object or as a YAML file; `demoWorld` when left out. */
  readonly world?: World | { readonly file: string }
  /** Address to listen on: `127.0.0.1` when left out. */
  readonly host?: string
  /** Port of the AWS side; 0 or nothing for any free one. */
  readonly port?: number
  /** Port of the company IdP; 0 or nothing for any free one. */
  readonly idpPort?: number
  /** What the company IdP insists on, as real ones may. */
  readonly idp?: {
    /** Only signed requests: its metadata says WantAuthnRequestsSigned. Default false. */
    readonly requireSignedRequests?: boolean
  }
  /** An instance's metadata service: its role, versions and hop limit. */
  readonly imds?: ImdsOptions
  /** A task's credential endpoint: its role. */
  readonly container?: ContainerEndpointOptions
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
  /** Mints web identity tokens, for tests. */
  readonly oidc: Issuer
  /** With the private key, for tests that forge or issue assertions. */
  readonly idp: Omit<IdpIdentity, 'metadataXml'>
  readonly world: World
  /** Gives programs the credentials of a role, as EC2 does. */
  readonly imds: Imds
  /** Gives programs the credentials of a role, as ECS and EKS do. */
  readonly container: ContainerCredentials
  /** Registers a SAML service provider by its metadata; a later one with the same entity ID replaces it. Throws `SimulatorError`. */
  trustServiceProvider(metadataXml: string): void
  /** Stops every listener and forgets every session. */
  close(): Promise<void>
}

/** What AWS takes in a POST body. */
const maxAwsBodyBytes = 10_000_000
const maxIdpBodyBytes = 256 * 1024

/**
 * Starts a simulated AWS (STS, IAM, Organizations, Identity Center, sign-in and console page) and a company IdP, each on its own port of `host`.
 * Throws `SimulatorError` for a world that is not right or a port that is taken.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { host = '127.0.0.1', port = 0, idpPort = 0, now = () => new Date() } = options
  const { source, world } = await loadWorld(options.world ?? demoWorld)
  const aws = await listen({ host, port, maxBodyBytes: maxAwsBodyBytes })
  const listeners: Listener[] = [aws]
  const close = async () => {
    await Promise.all(listeners.map(listener => listener.close()))
  }
  try {
    const idp = await listen({ host, port: idpPort, maxBodyBytes: maxIdpBodyBytes })
    listeners.push(idp)
    const { requireSignedRequests = false } = options.idp ?? {}
    const identity = createIdpIdentity(idp.origin, now(), requireSignedRequests)
    const providers = createServiceProviders()
    for (const metadata of world.serviceProviders) providers.trust(metadata)
    const idpSessions = createIdpSessions(now)
    const { people } = world
    const idpState = {
      identity,
      people,
      providers,
      sessions: idpSessions,
      now,
      requireSignedRequests,
    }
    idp.serve(request => handleIdp(idpState, request))
    const state = { world, sessions: createSessions(now), now }
    const issuer = createIssuer({ url: `${aws.origin}/oidc`, world, now })
    const services = createAwsServices({
      state,
      issuer,
      idpMetadata: identity.metadataXml,
      origin: aws.origin,
    })
    aws.serve(
      request =>
        services.find(service => service.matches(request))?.handle(request) ?? unknownPath(now()),
    )
    const metadata = { host, imds: options.imds ?? {}, container: options.container ?? {} }
    const { imds, container } = await listenForMetadata(state, metadata, listener =>
      listeners.push(listener),
    )
    const { metadataXml: _, ...published } = identity
    return Object.freeze({
      url: aws.origin,
      stsEndpoint: aws.origin,
      federationEndpoint: `${aws.origin}/federation`,
      consoleUrl: `${aws.origin}/console`,
      oidc: issuer,
      idp: Object.freeze(published),
      world: source,
      imds,
      container,
      trustServiceProvider: providers.trust,
      close,
    })
  } catch (error) {
    await close()
    throw error
  }
}
