/** What the gateway reaches AWS with, as the configuration of this moment says. */
import {
  type CredentialSource,
  cachedCredentials,
  clockTeller,
  createHttpAgents,
  createHttpSend,
  type HttpAgents,
  type HttpSend,
  StsClient,
} from '@rolecall/aws'
import type { Config } from '../config/config.ts'
import { ownCredentials } from './own-credentials.ts'

/** Clients that live as long as their part of the configuration. */
export interface AwsClients {
  /** STS with the gateway's own credentials. It remembers AWS's clock and a region that failed. */
  sts(): StsClient
  /** STS with the credentials of a role that the gateway takes first, and keeps. */
  through(roleArn: string): StsClient
  /** HTTP to AWS, through the proxy and with the authorities of the configuration. */
  readonly http: HttpSend
  /** The same, for bodies that stream. */
  agents(): HttpAgents
  /** Ends the connections that nobody waits for. */
  close(): void
}

/** Connections to AWS that may wait for the next request. */
const maxFreeSockets = 256

/** Of a role in between: it is the gateway's own and nobody's in particular. */
const hubSessionName = 'rolecall'

/** The clients over the AWS part of the configuration; a given `http` takes the place of all of it. */
export function createAwsClients(options: {
  readonly config: () => Config
  readonly now: () => Date
  readonly http: HttpSend | undefined
  /** Told of what somebody should look at. */
  readonly warn: (message: string) => void
}): AwsClients {
  let current:
    | {
        readonly aws: Config['aws']
        readonly http: HttpSend
        readonly agents: HttpAgents
        sts: StsClient | undefined
        readonly through: Map<string, StsClient>
      }
    | undefined
  /** What runs while a new configuration is loaded goes on. */
  const opened: HttpAgents[] = []

  function clients() {
    const { aws } = options.config()
    if (current?.aws === aws) return current
    const { proxy, noProxy, ca } = aws
    const http = options.http ?? createHttpSend({ proxy, noProxy, ca })
    const agents = createHttpAgents({ proxy, noProxy, ca, maxFreeSockets })
    opened.push(agents)
    current = { aws, http, agents, sts: undefined, through: new Map() }
    return current
  }

  function sts(): StsClient {
    const found = clients()
    found.sts ??= clientWith(found, found.aws.credentials)
    return found.sts
  }

  function clientWith(
    { aws, http }: { readonly aws: Config['aws']; readonly http: HttpSend },
    credentials: CredentialSource,
  ): StsClient {
    return new StsClient({
      region: aws.region,
      credentials: ownCredentials(credentials),
      http,
      now: options.now,
      timeoutMs: aws.timeoutMs,
      endpoint: aws.endpoints.sts,
      failoverRegion: aws.failoverRegion,
      onClockCorrected: clockTeller(options.warn),
    })
  }

  function through(roleArn: string): StsClient {
    const found = clients()
    const known = found.through.get(roleArn)
    if (known !== undefined) return known
    const ours = sts()
    const hub: CredentialSource = {
      describe: () => `role ${roleArn}`,
      get: async () =>
        (await ours.assumeRole({ roleArn, roleSessionName: hubSessionName })).credentials,
    }
    const client = clientWith(found, cachedCredentials(hub, { now: options.now }))
    found.through.set(roleArn, client)
    return client
  }

  return Object.freeze({
    sts,
    through,
    http: (request: Parameters<HttpSend>[0]) => clients().http(request),
    agents: () => clients().agents,
    close() {
      for (const agents of opened) agents.close()
    },
  })
}
