import type { IncomingMessage, ServerResponse } from 'node:http'
import type { CredentialSource, HttpAgents, SourceStsOptions } from '@rolecall/aws'
import type { AuditEvent } from '../../audit/index.ts'
import type { GatewayCaller, GatewayRoute, S3Payload } from '../../config/signing-gateway-config.ts'

/** Where the events go. */
export interface GatewayAudit {
  /** Resolves when the event is written for good; rejects when it could not be. */
  record(event: AuditEvent): Promise<unknown>
  /** For refusals that anybody can cause: may count several of the same key as one. Default: `record`. */
  recordRefusal?(key: string, event: AuditEvent): Promise<unknown>
}

/** Milliseconds. */
export interface GatewayTimeouts {
  /** Until the connection to AWS stands. Default 10 000. */
  readonly connect?: number
  /** Without a byte in either direction while bodies are sent. Default 60 000. */
  readonly idle?: number
  /** From the end of the request until the answer begins. Default 900 000: as long as a function may run. */
  readonly answer?: number
}

/** What a signing gateway is made of. */
export interface SigningGatewayOptions {
  readonly callers: readonly GatewayCaller[]
  /** The first that matches counts. */
  readonly routes?: readonly GatewayRoute[]
  /** Other addresses than AWS's by signing name; `*` for all. */
  readonly endpoints?: Readonly<Record<string, string>>
  /** Signs, or takes the roles. */
  readonly credentials: CredentialSource
  /** For AssumeRole. */
  readonly sts: SourceStsOptions
  /** The role for requests whose route and caller name none; undefined: `credentials` themselves. */
  readonly roleArn?: string | undefined
  readonly agents: HttpAgents
  readonly audit: GatewayAudit
  /** Default `auto`: chunks over plain HTTP, unsigned over TLS. */
  readonly s3Payload?: S3Payload
  /** Bodies that must be read whole before they can be signed. Default 10 MiB. */
  readonly maxBufferedBytes?: number
  /** What the path begins with, for a gateway that is a part of a server: `/gateway`. Default: nothing. */
  readonly prefix?: string
  /** The client's address. Default: the peer's. */
  readonly addressOf?: (request: IncomingMessage) => string
  readonly now?: () => Date
  readonly timeouts?: GatewayTimeouts
  /** Told of what went wrong where no caller is left to tell; never a secret. */
  readonly warn?: (message: string) => void
}

/** A signing gateway, to be put behind a `node:http` server. */
export interface SigningGateway {
  /** Answers a request; never throws. */
  handle(request: IncomingMessage, response: ServerResponse): void
  /** The same for `checkContinue`: the body is asked for after the decision. */
  handleExpecting(request: IncomingMessage, response: ServerResponse): void
  /**
   * Resolves when no request is under way any more and the audit log was given all that came of them. To be
   * called when no new ones come.
   */
  close(): Promise<void>
}
