/** What the signing gateway is told by the configuration: checked, resolved, frozen. */
import type { Secret } from '@rolecall/aws'

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

/** Where a gateway listens. */
export type ListenAddress =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'socket'; readonly path: string }

/** The section `signingGateway`. */
export interface SigningGatewayConfig {
  readonly listen: ListenAddress
  readonly prefix: string
  readonly roleArn: string | undefined
  readonly endpoints: Readonly<Record<string, string>>
  readonly s3Payload: S3Payload
  readonly maxBufferedBytes: number
  readonly routes: readonly GatewayRoute[]
  readonly callers: readonly GatewayCaller[]
}
