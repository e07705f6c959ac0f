import { AwsError } from '../errors.ts'
import type { CanonicalHeader } from './canonical-headers.ts'
import { signsAsS3 } from './canonical-path.ts'
import { payloadHash, unsignedPayload } from './canonical-request.ts'
import { mismatch, mismatchMessage } from './check-claim.ts'
import { equalTexts } from './equal-texts.ts'
import type { ClaimedSignature } from './read-signature.ts'
import type { VerifyOptions } from './verify-types.ts'

/** The headers that the signature covers. Refuses a request with `x-amz-` headers that it does not cover. */
export function signedHeaders(
  claim: ClaimedSignature,
  headers: Readonly<Record<string, string>>,
): CanonicalHeader[] {
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
  return claim.signedHeaders.map(name => {
    const value = headers[name]
    if (value === undefined) throw mismatch(mismatchMessage)
    return [name, value]
  })
}

const streamingPayload = /^STREAMING-/

/** The payload hash that stands in the canonical request. */
export function claimedPayload(
  claim: ClaimedSignature,
  headers: Readonly<Record<string, string>>,
  body: string | Uint8Array | undefined,
  options: VerifyOptions,
): string {
  const given = headers['x-amz-content-sha256']
  const isImplied = given === undefined && claim.form === 'query' && signsAsS3(claim.service)
  const payload = isImplied ? unsignedPayload : (given ?? payloadHash(body))
  if (payload === unsignedPayload && options.allowUnsignedPayload !== true) {
    throw new AwsError('AccessDenied', 'The payload of this request must be signed.', {
      status: 403,
    })
  }
  if (streamingPayload.test(payload)) {
    throw new AwsError('unsupported', 'streaming payloads cannot be verified', { status: 501 })
  }
  return payload
}

/** A hash that the client sent is signed, and says what the body must be. */
export function checkBody(
  isPayloadSigned: boolean,
  payload: string,
  claim: ClaimedSignature,
  body: string | Uint8Array | undefined,
): void {
  if (!isPayloadSigned || equalTexts(payload, payloadHash(body))) return
  if (!signsAsS3(claim.service)) throw mismatch(mismatchMessage)
  throw new AwsError(
    'XAmzContentSHA256Mismatch',
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
    { status: 400 },
  )
}
