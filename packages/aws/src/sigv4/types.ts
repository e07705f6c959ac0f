import type { Credentials } from '../credentials/credentials.ts'
import type { SigningAlgorithm } from './signer.ts'

/** Header values by name; several values of one name stand in the order in which they are sent. */
export type HeaderFields = Readonly<Record<string, string | readonly string[] | undefined>>

/** A request to sign. */
export interface SignableRequest {
  readonly method: string
  /**
   * Absolute, `http:` or `https:`. Give it as it will be sent, percent-encoded: what is signed is the
   * path as it stands here. (Characters that cannot be sent are signed as if encoded once.)
   */
  readonly url: string
  readonly headers?: HeaderFields
  /** Text is hashed, and to be sent, as UTF-8. */
  readonly body?: string | Uint8Array
}

/** How a service canonicalises the path; the defaults fit every service of AWS. */
export interface PathRules {
  /** Encode the path as sent once more. Default: true, but false for S3. */
  readonly encodePathAgain?: boolean
  /** Remove `.`, `..` and empty path segments before signing. Default: true, but false for S3. */
  readonly normalizePath?: boolean
}

/** With what, for what and when to sign. */
export interface SigningOptions extends PathRules {
  readonly credentials: Credentials
  /**
   * `us-east-1` for global services. With SigV4A the region set: names, or beginnings with `*`, with commas
   * between.
   */
  readonly region: string
  /** The service's signing name, such as `sts`. */
  readonly service: string
  readonly now: Date
  /** Default SigV4; `AWS4-ECDSA-P256-SHA256` is SigV4A. */
  readonly algorithm?: SigningAlgorithm
  /** Sign `UNSIGNED-PAYLOAD` in place of the hash of the body. Default false; presigned S3: true. */
  readonly unsignedPayload?: boolean
  /** Send and sign `x-amz-content-sha256`. Default: only for S3, or when the payload is unsigned. */
  readonly contentSha256Header?: boolean
  /** Sign the session token too. Default true; a few services want it added after signing. */
  readonly signSessionToken?: boolean
  /** Where the session token goes; a session of an S3 directory bucket has a header of its own. */
  readonly sessionTokenHeader?: 'x-amz-security-token' | 'x-amz-s3session-token'
}

/** A signature with the texts that it was made of, for tests and for finding out what went wrong. */
export interface SignatureTrace {
  /** Holds the session token when that is signed. */
  readonly canonicalRequest: string
  readonly stringToSign: string
  /** Hex digits; with SigV4A others each time. */
  readonly signature: string
}
