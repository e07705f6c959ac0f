import { createAwsServices } from './aws-services.ts'
import { type CallRecord, createCallLog } from './calls/log.ts'
import { controlService } from './control/handle.ts'
import { dispatch } from './dispatch.ts'
import { echoService } from './echo/service.ts'
import { createFaults, type Faults } from './faults/faults.ts'
import { whole } from './http/exchange.ts'
import { type Listener, listen } from './http/listen.ts'
import { handleIdp } from './idp/handle.ts'
import { createIdpIdentity, type IdpIdentity } from './idp/identity.ts'
import { createServiceProviders } from './idp/service-providers.ts'
import { createIdpSessions } from './idp/sessions.ts'
import { type JumpCloud, startJumpCloud } from './jumpcloud/start.ts'
import {
  type ContainerCredentials,
  type ContainerEndpointOptions,
  type Imds,
  type ImdsOptions,
  listenForMetadata,
} from './metadata/listen-metadata.ts'
import { createIssuer, type Issuer } from './oidc/issuer.ts'
import { createRequestScope } from './request-scope.ts'
import { createS3 } from './s3/service.ts'
import type { S3Limits } from './s3/store.ts'
import { createSessions } from './sts/sessions.ts'
import { createTenants } from './tenants/tenants.ts'
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
  /** Port of the simulated JumpCloud, when the world has one; 0 or nothing for any free one. */
  readonly jumpCloudPort?: number
  /** What the company IdP insists on, as real ones may. */
  readonly idp?: {
    /** Only signed requests: its metadata says WantAuthnRequestsSigned. Default false. */
    readonly requireSignedRequests?: boolean
  }
  /** An instance's metadata service: its role, versions and hop limit. */
  readonly imds?: ImdsOptions
  /** A task's credential endpoint: its role. */
  readonly container?: ContainerEndpointOptions
  /** What its S3 may hold in memory. */
  readonly s3?: S3Limits
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
  /** The tenant of the world's `jumpCloud`; undefined when there is none. */
  readonly jumpCloud: JumpCloud | undefined
  /** Gives programs the credentials of a role, as EC2 does. */
  readonly imds: Imds
  /** Gives programs the credentials of a role, as ECS and EKS do. */
  readonly container: ContainerCredentials
  /** Where its own page of calls is, and below which its faults are set: `/_simulator/calls`, `/_simulator/faults`. */
  readonly controlUrl: string
  /** What goes wrong on purpose: nothing until it is asked for. */
  readonly faults: Faults
  /** The latest calls that the AWS side received, the latest first; secrets are masked. */
  calls(): readonly CallRecord[]
  /** Registers a SAML service provider by its metadata; a later one with the same entity ID replaces it. Throws `SimulatorError`. */
  trustServiceProvider(metadataXml: string): void
  /** Stops every listener and forgets every session. */
  close(): Promise<void>
}

/** What AWS takes in a POST body. */
const maxAwsBodyBytes = 10_000_000
const maxIdpBodyBytes = 256 * 1024
const idpRequestTimeoutMs = 30_000
/** Uploads may be long and faults slow. */
const awsRequestTimeoutMs = 3_600_000

/**
 * Starts a simulated AWS (STS, IAM, Organizations, Identity Center, sign-in and console page) and a company IdP, each on its own port of `host`.
 * Throws `SimulatorError` for a world that is not right or a port that is taken.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { host = '127.0.0.1', port = 0, idpPort = 0, now = () => new Date() } = options
  const { source, world } = await loadWorld(options.world ?? demoWorld)
  const aws = await listen({ host, port, requestTimeoutMs: awsRequestTimeoutMs })
  const listeners: Listener[] = [aws]
  const close = async () => {
    await Promise.all(listeners.map(listener => listener.close()))
  }
  try {
    const idp = await listen({ host, port: idpPort, requestTimeoutMs: idpRequestTimeoutMs })
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
    const tenants = createTenants(world, identity, now)
    idp.serve(whole(request => tenants(request) ?? handleIdp(idpState, request), maxIdpBodyBytes))
    const scope = createRequestScope(now)
    const state = {
      world,
      sessions: createSessions(scope.now),
      now: scope.now,
      noteCaller: scope.noteCaller,
    }
    const jumpCloud = await jumpCloudOf(
      world,
      { host, port: options.jumpCloudPort ?? 0, now },
      listeners,
    )
    const issuer = createIssuer({ url: `${aws.origin}/oidc`, world, now: scope.now })
    const services = createAwsServices({
      state,
      issuer,
      ownMetadata: new Map([
        ['idp', identity.metadataXml],
        ...(jumpCloud === undefined ? [] : [['jumpcloud', jumpCloud.metadataXml] as const]),
      ]),
      origin: aws.origin,
    })
    const [faults, calls] = [createFaults(), createCallLog()]
    aws.serve(
      dispatch({
        control: controlService({ faults, calls }),
        streaming: [echoService(state), createS3(state, options.s3)],
        services,
        faults,
        calls,
        scope,
        maxBodyBytes: maxAwsBodyBytes,
        unknown: () => unknownPath(scope.now()),
      }),
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
      controlUrl: `${aws.origin}/_simulator`,
      faults,
      calls: calls.list,
      world: source,
      jumpCloud,
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

async function jumpCloudOf(
  { jumpCloud: document }: LoadedWorld,
  options: { readonly host: string; readonly port: number; readonly now: () => Date },
  listeners: Listener[],
): Promise<JumpCloud | undefined> {
  if (document === undefined) return undefined
  const { jumpCloud, listener } = await startJumpCloud(document, options)
  listeners.push(listener)
  return jumpCloud
}
