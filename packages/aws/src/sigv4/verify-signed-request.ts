import { AwsError } from '../errors.ts'
import { canonicalPath } from './canonical-path.ts'
import { canonicalQuery, type QueryParameter, queryParameters } from './canonical-query.ts'
import { canonicalRequest, unsignedPayload } from './canonical-request.ts'
import {
  checkClock,
  checkCredentialScope,
  checkToken,
  claimedToken,
  mismatch,
  mismatchMessage,
} from './check-claim.ts'
import { checkBody, claimedPayload, signedHeaders } from './claimed-content.ts'
import { equalTexts } from './equal-texts.ts'
import { type IncomingRequest, incomingHeaders, splitTarget } from './incoming-request.ts'
import {
  type ClaimedSignature,
  incomplete,
  readAuthorizationHeader,
  readPresignedQuery,
} from './read-signature.ts'
import { credentialScope, hmacHex, signingKey, stringToSign } from './signing-key.ts'
import type { VerifiedRequest, VerifyOptions } from './verify-types.ts'

/**
 * Verifies the Signature Version 4 of a request, in the Authorization header or in the query. Checks in
 * the order of the real STS: form, credential scope, access key and session token, clock (±15 minutes),
 * signature, body. Throws {@link AwsError} with the code, status and message that AWS would answer.
 */
export function verifySignedRequest(
  request: IncomingRequest,
  options: VerifyOptions,
): VerifiedRequest {
  const { path, query } = splitTarget(request.path)
  const parameters = queryParameters(query)
  const headers = incomingHeaders(request.headers)
  const claim = readClaim(headers, parameters)
  checkCredentialScope(claim, options)
  const token = claimedToken(claim, headers, parameters)
  const known = checkToken(claim, token, options)
  checkClock(claim, options.now)
  const signed = signedHeaders(claim, headers)
  const payload = claimedPayload(claim, headers, request.body, options)
  const canonical = canonicalRequest(
    request.method,
    canonicalPath(path, claim.service, options),
    canonicalQuery(parameters.filter(isSignedParameter(claim, options))),
    signed,
    claim.signedHeaders.join(';'),
    payload,
  )
  const scope = credentialScope(claim.date, claim.region, claim.service)
  const key = signingKey(known.secretAccessKey, claim.date, claim.region, claim.service)
  const expected = hmacHex(key, stringToSign(claim.time, scope, canonical))
  if (!equalTexts(expected, claim.signature)) throw mismatch(mismatchMessage)
  const isPayloadSigned = payload !== unsignedPayload
  checkBody(isPayloadSigned, payload, claim, request.body)
  return Object.freeze({
    accessKeyId: claim.accessKeyId,
    sessionToken: token,
    region: claim.region,
    service: claim.service,
    signedAt: claim.signedAt,
    form: claim.form,
    signedHeaders: claim.signedHeaders,
    isPayloadSigned,
  })
}

function readClaim(
  headers: Readonly<Record<string, string>>,
  parameters: readonly QueryParameter[],
): ClaimedSignature {
  const authorization = headers.authorization
  const isPresigned = parameters.some(
    ([name]) => name === 'X-Amz-Signature' || name === 'X-Amz-Algorithm',
  )
  if (authorization !== undefined && isPresigned) {
    throw incomplete(
      'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified.',
    )
  }
  if (authorization !== undefined) return readAuthorizationHeader(authorization, headers)
  if (isPresigned) return readPresignedQuery(parameters)
  throw new AwsError('MissingAuthenticationToken', 'Request is missing Authentication Token', {
    status: 403,
  })
}

function isSignedParameter(claim: ClaimedSignature, options: VerifyOptions) {
  const isTokenSigned = options.signSessionToken ?? true
  return ([name]: QueryParameter): boolean =>
    claim.form === 'header' ||
    (name !== 'X-Amz-Signature' && (isTokenSigned || name !== 'X-Amz-Security-Token'))
}
