import { AwsError } from '../errors.ts'
import { payloadHash } from './canonical-request.ts'
import { payloadMismatch } from './claimed-content.ts'
import { equalTexts } from './equal-texts.ts'
import type { IncomingRequest } from './incoming-request.ts'
import { verifyHead } from './verify-request-head.ts'
import type { VerifiedRequest, VerifyOptions } from './verify-types.ts'

/**
 * Verifies the Signature Version 4 of a request whose whole body is at hand, in the Authorization header or
 * in the query. Checks in the order of the real STS: form, credential scope, access key and session token,
 * clock (±15 minutes), signature, body. Throws {@link AwsError} with the code, status and message that AWS
 * would answer; `unsupported` for a body in chunks, which `createPayloadReader` reads.
 */
export function verifySignedRequest(
  request: IncomingRequest,
  options: VerifyOptions,
): VerifiedRequest {
  const bodyHash = () => payloadHash(request.body)
  const verified = verifyHead(request, options, bodyHash)
  const { payload } = verified
  if (payload.kind === 'chunks') {
    throw new AwsError(
      'unsupported',
      'a body in chunks is read with verifyRequestHead and createPayloadReader',
      { status: 501 },
    )
  }
  if (payload.kind === 'sha256' && !equalTexts(payload.sha256, bodyHash())) {
    throw payloadMismatch(verified.service)
  }
  return verified
}
