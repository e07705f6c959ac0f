/** The signing gateway as a part of the server. */
import type { IncomingMessage } from 'node:http'
import { clockTeller, type HttpAgents, type HttpSend } from '@rolecall/aws'
import type { Audit, AuditEvent } from '../audit/index.ts'
import type { Config } from '../config/config.ts'
import { createSigningGateway, type SigningGateway } from './signing-gateway/index.ts'

/** A gateway and what the paths of its requests begin with. */
export interface MountedSigningGateway {
  readonly prefix: string
  readonly gateway: SigningGateway
}

/** Builds the gateway of a configuration; undefined when it has none. */
export function mountSigningGateway(
  config: Config,
  parts: {
    readonly audit: Audit
    /** Counts refusals of the same kind as one. */
    readonly recordRefusal: (key: string, event: AuditEvent) => Promise<unknown>
    readonly http: HttpSend
    readonly agents: HttpAgents
    readonly now: () => Date
    readonly addressOf: (request: IncomingMessage) => string
    readonly warn: (message: string) => void
  },
): MountedSigningGateway | undefined {
  const { signingGateway, aws } = config
  if (signingGateway === undefined) return undefined
  const { prefix, listen: _listen, ...options } = signingGateway
  const gateway = createSigningGateway({
    ...options,
    prefix,
    credentials: aws.credentials,
    sts: {
      region: aws.region,
      http: parts.http,
      now: parts.now,
      timeoutMs: aws.timeoutMs,
      failoverRegion: aws.failoverRegion,
      onClockCorrected: clockTeller(parts.warn),
      ...(aws.endpoints.sts === undefined ? {} : { endpoint: aws.endpoints.sts }),
    },
    agents: parts.agents,
    audit: { record: parts.audit.record, recordRefusal: parts.recordRefusal },
    addressOf: parts.addressOf,
    now: parts.now,
    warn: parts.warn,
  })
  return Object.freeze({ prefix, gateway })
}
