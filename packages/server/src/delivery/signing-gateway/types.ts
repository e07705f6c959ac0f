import type { IncomingMessage, ServerResponse } from 'node:http'
import type { CredentialSource, HttpAgents, Secret, SourceStsOptions } from '@rolecall/aws'
import type { AuditEvent } from '../../audit/index.ts'

/** How bodies to S3 are covered by the signature: in signed chunks, or, over TLS, not at all. */
export type S3Payload = 'auto' | 'unsigned' | 'chunks'

/** What one of the callers may ask for: every part must match. `*` matches everything. */
export interface AllowRule {
  /** Signing names: `s3`. */
  readonly services: readonly string[]
  readonly regions: readonly string[]
  readonly methods: readonly string[]
  /**
   * Paths as AWS sees them, percent-decoded once, with the bucket first for S3: `/bucket/public/**`.
   * `*` is one whole segment, `**` at the end one or more. Undefined: every path.
   */
  readonly paths: readonly string[] | undefined
}

/** Somebody who may send requests. */
export interface GatewayCaller {
  /** Stands in the audit log and becomes the session name. */
  readonly name: string
  /** SHA-256 of the bearer token, 64 hex digits in lower case. */
  readonly tokenSha256: string | undefined
  /** Keys that this caller's SDKs sign with; AWS does not know them. */
  readonly keys: { readonly accessKeyId: string; readonly secretAccessKey: Secret } | undefined
  /** Whoever shows neither token nor signature is this caller: for loopback and Unix sockets only. */
  readonly isAnonymous: boolean
  readonly allow: readonly AllowRule[]
  /** Goes before the role of the route. */
  readonly roleArn: string | undefined
}

/** Maps requests to a service, a region, an address and a role. All parts of the match must fit. */
export interface GatewayRoute {
  readonly name: string
  /** The Host header without port, in lower case. */
  readonly host: string | undefined
  /** Whole segments at the beginning of the path; taken off. */
  readonly path: string | undefined
  /** A header, by lower-case name, with exactly this value; not sent on. */
  readonly header: { readonly name: string; readonly value: string } | undefined
  readonly service: string
  readonly region: string
  /** Absolute; a path in it is put before the request's. Undefined: AWS's host of service and region. */
  readonly upstream: string | undefined
  readonly roleArn: string | undefined
}

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
  /** Stops the timers, and with them nothing else. */
  close(): void
}
