import { ecdsaAlgorithm, hmacAlgorithm, type SigningAlgorithm } from './signer.ts'

const algorithms: readonly SigningAlgorithm[] = [hmacAlgorithm, ecdsaAlgorithm]

/** How a body is sent in chunks, as `x-amz-content-sha256` says it. */
export interface StreamingPayload {
  /** By which the chunks are signed; undefined: they are not. */
  readonly algorithm: SigningAlgorithm | undefined
  readonly hasTrailers: boolean
}

/** The value of `x-amz-content-sha256` for chunks without signatures. */
export const unsignedChunks = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'

/**
 * The values of `x-amz-content-sha256` for bodies in chunks (Amazon S3 API Reference, "Authenticating
 * requests: using the Authorization header").
 */
const streamingPayloads: ReadonlyMap<string, StreamingPayload> = new Map([
  [unsignedChunks, { algorithm: undefined, hasTrailers: true }],
  ...algorithms.flatMap(algorithm =>
    [false, true].map((hasTrailers): [string, StreamingPayload] => [
      signedChunks(algorithm, hasTrailers),
      { algorithm, hasTrailers },
    ]),
  ),
])

/** The value of `x-amz-content-sha256` for signed chunks. */
export function signedChunks(algorithm: SigningAlgorithm, hasTrailers: boolean): string {
  return `STREAMING-${algorithm}-PAYLOAD${hasTrailers ? '-TRAILER' : ''}`
}

/** What a value of `x-amz-content-sha256` says of chunks; undefined: the body is not sent in chunks. */
export function streamingPayload(value: string): StreamingPayload | undefined {
  return streamingPayloads.get(value)
}

/** The smallest chunk but the last, in bytes: S3 refuses smaller ones. */
export const minChunkBytes = 8192

/** The trailer with the signature of the others. */
export const trailerSignature = 'x-amz-trailer-signature'

const signatureWidths: Readonly<Record<SigningAlgorithm, number>> = {
  [hmacAlgorithm]: 64,
  // A DER signature has up to 72 bytes; shorter ones are filled up, so that the length is known before.
  [ecdsaAlgorithm]: 144,
}

/** The characters of a signature of chunks or trailers on the wire. */
export function signatureWidth(algorithm: SigningAlgorithm): number {
  return signatureWidths[algorithm]
}

/** A signature of chunks or trailers as it stands on the wire. */
export function paddedSignature(algorithm: SigningAlgorithm, signature: string): string {
  return signature.padEnd(signatureWidth(algorithm), '*')
}

/** The signature without the filling of the wire. */
export function unpaddedSignature(algorithm: SigningAlgorithm, text: string): string {
  return algorithm === ecdsaAlgorithm ? text.replace(/\*{1,128}$/, '') : text
}

/** The text of trailers that their signature covers: a line each, sorted by name. */
export function canonicalTrailers(trailers: Readonly<Record<string, string>>): string {
  const names = Object.keys(trailers).sort()
  return names.map(name => `${name}:${trailers[name]}\n`).join('')
}
