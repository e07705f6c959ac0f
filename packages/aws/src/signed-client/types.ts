import type { CredentialSource, Credentials } from '../credentials/credentials.ts'
import type { Environment } from '../credentials/environment.ts'
import type { HttpResponse, HttpSend } from '../http/http.ts'
import type { HttpClientOptions } from '../http/http-agents.ts'

/**
 * `properties.authentication` of an Itential adapter, as it stands. Empty texts count as not given; keys
 * of other methods of authentication may stand beside these.
 */
export interface AdapterAuthentication {
  readonly auth_method: 'aws_authentication'
  /** The base identity. Both keys empty: the client's `credentials`, by default the default chain. */
  readonly aws_access_key?: string | undefined
  readonly aws_secret_key?: string | undefined
  readonly aws_session_token?: string | undefined
  /** ARN of the role that every call is made with or through. */
  readonly aws_iam_role?: string | undefined
  readonly aws_sts?: AdapterSts | undefined
  /** Whether `log` gets lines about each request. Default false. */
  readonly auth_logging?: boolean | undefined
  /** Further names, in any case, whose values are masked in these lines. */
  readonly sensitive?: readonly string[] | undefined
  readonly [other: string]: unknown
}

/** Where roles are taken: `authentication.aws_sts`. */
export interface AdapterSts {
  /** Host (`sts.eu-west-1.amazonaws.com`) or URL. Default: the regional endpoint of the partition. */
  readonly endpoint?: string | undefined
  /** Default: that of the endpoint, else the client's. */
  readonly region?: string | undefined
  /** Proxy for STS alone, `http://proxy:3128`. */
  readonly proxy?: string | undefined
  /** False: HTTP in place of HTTPS; only for an endpoint that is not AWS's. Default true. */
  readonly sslEnable?: boolean | undefined
  /** Sent for the last role of a call, where its `stsParams` have none. */
  readonly externalId?: string | undefined
}

/** A role to take, in the names of STS AssumeRole. */
export interface StsParams {
  readonly RoleArn: string
  /** Default: one name per client, made of its `id`. */
  readonly RoleSessionName?: string | undefined
  readonly ExternalId?: string | undefined
  /** 900 to 43200; at most 3600 when the role is taken with another role's credentials. */
  readonly DurationSeconds?: number | undefined
  /** Session policy, JSON. */
  readonly Policy?: string | undefined
  readonly PolicyArns?: readonly { readonly arn: string }[] | undefined
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[] | undefined
  readonly TransitiveTagKeys?: readonly string[] | undefined
  readonly SourceIdentity?: string | undefined
  readonly SerialNumber?: string | undefined
  readonly TokenCode?: string | undefined
}

/** Which role one call is made with. */
export interface AuthData {
  readonly stsParams?: StsParams | null | undefined
  /** ARN of a role. */
  readonly roleName?: string | null | undefined
}

/** What of the client's target one call changes. */
export interface CallProperties {
  readonly host?: string | undefined
  readonly region?: string | undefined
  readonly service?: string | undefined
}

/** A request before it is signed. */
export interface ClientRequest {
  readonly method: string
  /** Path and query, percent-encoded; what is signed is what is sent. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** An object is sent, and signed, as JSON. */
  readonly body?: string | Uint8Array | object | null | undefined
  readonly authData?: AuthData | null | undefined
  readonly callProperties?: CallProperties | null | undefined
  /**
   * Whether it may be sent again when it is not known if the first one was carried out. Default: true
   * for GET, HEAD, OPTIONS, PUT and DELETE.
   */
  readonly idempotent?: boolean | undefined
}

/**
 * Which role wins. `adapter`, as adapter-utils from 5.10.1: `aws_iam_role` is always taken first, what
 * the call names through it. `call`, as up to 5.8: one role only, `stsParams` before `roleName` before
 * `aws_iam_role`.
 */
export type RolePriority = 'adapter' | 'call'

/** How requests are sent: `properties.request` of an Itential adapter. */
export interface AdapterRequestRules {
  /** How often a request is sent again. Default 3, at most 10. */
  readonly number_retries?: number | undefined
  /** Milliseconds for each attempt. Default 5000, at least 1000. */
  readonly attempt_timeout?: number | undefined
  /** How many redirects are followed. Default 0, at most 10. */
  readonly number_redirects?: number | undefined
}

/** A proxy for the service: `properties.proxy` of an Itential adapter. It is not used for STS. */
export interface AdapterProxy {
  readonly enabled?: boolean | undefined
  readonly host: string
  readonly port: number
  /** Default `http`. */
  readonly protocol?: string | undefined
  readonly username?: string | undefined
  readonly password?: string | undefined
}

/** What a signed client is made of. */
export interface SignedClientOptions extends Pick<HttpClientOptions, 'noProxy' | 'ca'> {
  /** Proxy for the service, not for STS. */
  readonly proxy?: HttpClientOptions['proxy'] | AdapterProxy
  readonly authentication: AdapterAuthentication
  /** In place of `authentication.aws_sts`. */
  readonly sts?: AdapterSts | undefined
  /** Host of the service, without scheme and port. */
  readonly host: string
  /** Default: the scheme's own. */
  readonly port?: number | undefined
  /** Default `https`. */
  readonly protocol?: 'https' | 'http' | undefined
  /** Stands before every path. */
  readonly base_path?: string | undefined
  /** The region to sign for. */
  readonly region: string
  /** The service's signing name: `execute-api`, `s3`. */
  readonly service: string
  readonly request?: AdapterRequestRules | undefined
  /** Names the sessions of roles: the adapter's id. Default `rolecall`. */
  readonly id?: string | undefined
  /** Default `adapter`. */
  readonly rolePriority?: RolePriority | undefined
  /** The base identity when the two keys are empty. Default: the default chain over `env`. */
  readonly credentials?: CredentialSource | undefined
  /** Gets the masked lines of `auth_logging`. */
  readonly log?: ((line: string) => void) | undefined
  /**
   * Told how far the clock is found to be from AWS's, in milliseconds: requests are signed by AWS's from then on.
   * `clockTeller` makes words of it.
   */
  readonly onClockCorrected?: ((offsetMs: number) => void) | undefined
  /** For the default chain. Default: the variables of the process. */
  readonly env?: Environment | undefined
  /** Sends to the service, in place of one made of `proxy`, `noProxy` and `ca`. */
  readonly http?: HttpSend | undefined
  /** Sends to STS, in place of one made of `aws_sts.proxy` and `ca`. */
  readonly stsHttp?: HttpSend | undefined
  readonly now?: (() => Date) | undefined
  /** From 0 up to 1. */
  readonly random?: (() => number) | undefined
}

/** Signs, and sends, requests of one program with identities of its own. */
export interface SignedClient {
  /**
   * All headers to send, in the caller's spelling where the caller gave them. They replace those of the
   * request; add `Content-Length` when you send. Sign anew before each attempt.
   */
  sign(request: ClientRequest): Promise<Record<string, string>>
  /** Sends with a signature of its own per attempt, and gives the answer, whatever its status. */
  request(request: ClientRequest): Promise<HttpResponse>
  /** The credentials that a call is signed with. */
  credentialsFor(authData?: AuthData | null): Promise<Credentials>
  /** Any text without the secrets that this client knows, and without the values of sensitive names. */
  mask(text: string): string
}
