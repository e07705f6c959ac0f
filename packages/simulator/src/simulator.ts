import { type MetadataEntity, readMetadata } from '@rolecall/saml'
import { SimulatorError } from './errors.ts'
import type { Handler } from './http/exchange.ts'
import { type Listener, listen } from './http/listen.ts'
import { handleIdp } from './idp/handle.ts'
import { createIdpIdentity, type IdpIdentity } from './idp/identity.ts'
import { createServiceProviders } from './idp/service-providers.ts'
import { createIdpSessions } from './idp/sessions.ts'
import type { Service } from './service.ts'
import { createConsoleSessions } from './signin/console-sessions.ts'
import { signinService } from './signin/service.ts'
import { stsService } from './sts/handle.ts'
import { createSamlLogin } from './sts/saml-login.ts'
import { createSessions } from './sts/sessions.ts'
import { unknownPath } from './unknown-path.ts'
import { demoWorld } from './world/demo.ts'
import { loadWorld } from './world/load.ts'
import type { LoadedWorld } from './world/loaded.ts'
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
  /** With the private key, for tests that forge or issue assertions. */
  readonly idp: Omit<IdpIdentity, 'metadataXml'>
  readonly world: World
  /** Registers a SAML service provider by its metadata; a later one with the same entity ID replaces it. Throws `SimulatorError`. */
  trustServiceProvider(metadataXml: string): void
  /** Stops both listeners and forgets every session. */
  close(): Promise<void>
}

/** What AWS takes in a POST body. */
const maxAwsBodyBytes = 10_000_000
const maxIdpBodyBytes = 256 * 1024

/**
 * Starts a simulated AWS (STS, federation endpoint, console page) and a company IdP, each on its own port of `host`.
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
    const entities = readProviders(world, identity)
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
    aws.serve(awsHandler({ world, entities, origin: aws.origin, now }))
    const { metadataXml: _, ...published } = identity
    return Object.freeze({
      url: aws.origin,
      stsEndpoint: aws.origin,
      federationEndpoint: `${aws.origin}/federation`,
      consoleUrl: `${aws.origin}/console`,
      idp: Object.freeze(published),
      world: source,
      trustServiceProvider: providers.trust,
      close,
    })
  } catch (error) {
    await close()
    throw error
  }
}

function awsHandler(options: {
  readonly world: LoadedWorld
  readonly entities: ReadonlyMap<string, readonly MetadataEntity[]>
  readonly origin: string
  readonly now: () => Date
}): Handler {
  const { world, entities, origin, now } = options
  const sessions = createSessions(now)
  const samlLogin = createSamlLogin({ entities, ownAcs: `${origin}/saml` })
  const signin = { sessions, consoles: createConsoleSessions(now), origin, now }
  const services: readonly Service[] = [
    signinService(signin),
    stsService({ world, sessions, samlLogin, now }),
  ]
  return request =>
    services.find(service => service.matches(request))?.handle(request) ?? unknownPath(now())
}

/** The metadata of every SAML provider of the world, by the provider's ARN. */
function readProviders(
  world: LoadedWorld,
  identity: IdpIdentity,
): Map<string, readonly MetadataEntity[]> {
  const entities = new Map<string, readonly MetadataEntity[]>()
  const own = readMetadata(identity.metadataXml).entities
  for (const provider of world.samlProviders.values()) {
    try {
      const isOwn = provider.metadata === 'idp'
      entities.set(provider.arn, isOwn ? own : readMetadata(provider.metadata).entities)
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause)
      throw new SimulatorError('world_invalid', `metadata of ${provider.arn}: ${why}`, { cause })
    }
  }
  return entities
}
