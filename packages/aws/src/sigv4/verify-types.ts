import type { PathRules } from './types.ts'

/** What the verifier knows of an access key. */
export interface KnownCredentials {
  readonly secretAccessKey: string
  /** Set for temporary credentials: the request must carry exactly this token. */
  readonly sessionToken?: string
  readonly expiration?: Date
}

/** What a request is verified against. */
export interface VerifyOptions extends PathRules {
  readonly now: Date
  /** The signing name that the scope must have. */
  readonly service: string
  /** The regions that the scope may have. Default: any. */
  readonly regions?: readonly string[] | ((region: string) => boolean)
  /** The credentials of an access key ID; the token is the one that the request carries. */
  readonly findCredentials: (
    accessKeyId: string,
    sessionToken: string | undefined,
  ) => KnownCredentials | undefined
  /** Accept a body that is not covered by the signature. Default false. */
  readonly allowUnsignedPayload?: boolean
  /** Whether the session token of a presigned URL is part of what is signed. Default true. */
  readonly signSessionToken?: boolean
}

/** What the signature proves. */
export interface VerifiedRequest {
  readonly accessKeyId: string
  readonly sessionToken: string | undefined
  readonly region: string
  readonly service: string
  readonly signedAt: Date
  readonly form: 'header' | 'query'
  /** The headers that the signature covers, by lower-case name. */
  readonly signedHeaders: readonly string[]
  /** Whether the signature covers the body. */
  readonly isPayloadSigned: boolean
}
