import type { ChunkChain } from './chunk-chain.ts'
import type { SigningAlgorithm } from './signer.ts'
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
  /** Accept SigV4A too, when its region set has this region. Default: SigV4A is refused. */
  readonly sigV4aRegion?: string
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

/** A body in chunks (`aws-chunked`). */
export interface ChunkedPayload {
  readonly kind: 'chunks'
  /** The bytes of the body without heads of chunks and trailers. */
  readonly decodedLength: number
  /** The trailers that must come, by lower-case name; undefined: none may. */
  readonly trailers: readonly string[] | undefined
  /** Begins to check the signatures of the chunks; undefined: they have none. */
  readonly startChain: (() => ChunkChain) | undefined
}

/** What the body of a verified request must be. */
export type ExpectedPayload =
  | { readonly kind: 'sha256'; readonly sha256: string }
  | { readonly kind: 'unsigned' }
  | ChunkedPayload

/** What the signature proves. */
export interface VerifiedRequest {
  readonly algorithm: SigningAlgorithm
  readonly accessKeyId: string
  readonly sessionToken: string | undefined
  /** Of SigV4A the region that it was verified for. */
  readonly region: string
  readonly service: string
  readonly signedAt: Date
  readonly form: 'header' | 'query'
  /** The headers that the signature covers, by lower-case name. */
  readonly signedHeaders: readonly string[]
  /** Whether the signature covers the body. */
  readonly isPayloadSigned: boolean
  /** What the body must be; `createPayloadReader` checks that. */
  readonly payload: ExpectedPayload
}

/** Checks the body of a request whose head is verified, piece by piece. */
export interface PayloadReader {
  /**
   * Takes the next bytes of the body and gives the decoded ones that may go on: bytes of signed chunks
   * when their signature holds, other bytes at once. What comes out may be views of the bytes given: do not
   * write to these again. Throws {@link AwsError}, then and at every call after it.
   */
  readonly push: (bytes: Uint8Array) => readonly Uint8Array[]
  /**
   * To be called at the end of the body: only when this returns is the whole body what was signed. Gives
   * the trailers by lower-case name: `x-amz-checksum-` `crc32`, `sha1` and `sha256` are checked, others
   * are what the client says. Throws {@link AwsError}.
   */
  readonly end: () => Readonly<Record<string, string>>
}
