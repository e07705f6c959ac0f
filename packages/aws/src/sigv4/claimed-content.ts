import { AwsError } from '../errors.ts'
import { signsAsS3 } from './canonical-path.ts'
import { unsignedPayload } from './canonical-request.ts'
import { mismatch, mismatchMessage } from './check-claim.ts'
import { invalidRequest } from './payload-errors.ts'
import type { ClaimedSignature } from './read-signature.ts'
import { type StreamingPayload, streamingPayload, trailerSignature } from './streaming-payload.ts'
import type { ChunkedPayload, VerifyOptions } from './verify-types.ts'

/** Refuses a signature that does not cover `host`, every `x-amz-` header, or what it says it covers. */
export function checkSignedHeaders(
  claim: ClaimedSignature,
  headers: Readonly<Record<string, string>>,
): void {
  if (!claim.signedHeaders.includes('host')) {
    throw mismatch("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
  }
  const signed = new Set(claim.signedHeaders)
  // A session token is bound by its comparison with the known one, signed or not.
  const unsigned = Object.keys(headers).filter(
    name => name.startsWith('x-amz-') && name !== 'x-amz-security-token' && !signed.has(name),
  )
  if (unsigned.length > 0) {
    throw new AwsError(
      'AccessDenied',
      `There were headers present in the request which were not signed: ${unsigned.join(', ')}`,
      { status: 403 },
    )
  }
  if (claim.signedHeaders.some(name => headers[name] === undefined)) throw mismatch(mismatchMessage)
}

/** What the head says of the body. */
export interface ClaimedPayload {
  /** What stands in the canonical request. */
  readonly text: string
  /** Set when the body is sent in chunks. */
  readonly chunks: (StreamingPayload & Omit<ChunkedPayload, 'startChain'>) | undefined
}

/**
 * What the head says of the body; `bodyHash` stands in when it says nothing. Throws {@link AwsError} for a
 * body that the signature does not cover, unless that is allowed.
 */
export function claimedPayload(
  claim: ClaimedSignature,
  headers: Readonly<Record<string, string>>,
  bodyHash: () => string,
  options: VerifyOptions,
): ClaimedPayload {
  const isS3 = signsAsS3(claim.service)
  const text =
    headers['x-amz-content-sha256'] ??
    (isS3 && claim.form === 'query' ? unsignedPayload : bodyHash())
  const streaming = isS3 ? streamingPayload(text) : undefined
  const isUnsigned =
    text === unsignedPayload || (streaming !== undefined && streaming.algorithm === undefined)
  if (isUnsigned && options.allowUnsignedPayload !== true) {
    throw new AwsError('AccessDenied', 'The payload of this request must be signed.', {
      status: 403,
    })
  }
  if (streaming !== undefined) {
    return { text, chunks: claimedChunks(streaming, claim, headers) }
  }
  if (!isUnsigned && !/^[0-9a-f]{64}$/.test(text)) {
    if (!isS3) throw mismatch(mismatchMessage)
    throw new AwsError(
      'InvalidArgument',
      'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, a value that begins with STREAMING- or a valid sha256 value.',
      { status: 400 },
    )
  }
  return { text, chunks: undefined }
}

function claimedChunks(
  streaming: StreamingPayload,
  claim: ClaimedSignature,
  headers: Readonly<Record<string, string>>,
): NonNullable<ClaimedPayload['chunks']> {
  if (claim.form !== 'header' || (streaming.algorithm ?? claim.algorithm) !== claim.algorithm) {
    throw invalidRequest('Chunks must be signed as the Authorization header is.')
  }
  const length = headers['x-amz-decoded-content-length']
  if (length === undefined) {
    throw new AwsError(
      'MissingContentLength',
      'You must provide the x-amz-decoded-content-length HTTP header.',
      { status: 411 },
    )
  }
  if (!/^\d{1,15}$/.test(length)) {
    throw invalidRequest('x-amz-decoded-content-length is not a number of bytes.')
  }
  const trailers = streaming.hasTrailers ? claimedTrailers(headers['x-amz-trailer']) : undefined
  return { ...streaming, kind: 'chunks', decodedLength: Number(length), trailers }
}

const maxTrailers = 16

function claimedTrailers(given: string | undefined): readonly string[] {
  const names = (given ?? '').split(',', maxTrailers + 1).map(name => name.trim().toLowerCase())
  const isRight =
    names.length <= maxTrailers &&
    new Set(names).size === names.length &&
    names.every(name => /^[a-z][\w-]{0,99}$/.test(name) && name !== trailerSignature)
  if (!isRight) throw invalidRequest(`x-amz-trailer must name 1 to ${maxTrailers} trailers.`)
  return names
}

/** What a body is answered that is not the one whose hash was signed. */
export function payloadMismatch(service: string): AwsError {
  if (!signsAsS3(service)) return mismatch(mismatchMessage)
  return new AwsError(
    'XAmzContentSHA256Mismatch',
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
    { status: 400 },
  )
}
