import { AwsError } from '../errors.ts'
import { canonicalPath, signsAsS3 } from './canonical-path.ts'
import { canonicalQuery, type QueryParameter, queryParameters } from './canonical-query.ts'
import { canonicalRequest, stringToSign, unsignedPayload } from './canonical-request.ts'
import {
  checkClock,
  checkCredentialScope,
  checkToken,
  claimedToken,
  mismatch,
  mismatchMessage,
} from './check-claim.ts'
import { chunkChain } from './chunk-chain.ts'
import { type ClaimedPayload, checkSignedHeaders, claimedPayload } from './claimed-content.ts'
import { ecdsaSigner } from './ecdsa-signer.ts'
import { hmacSigner } from './hmac-signer.ts'
import { type IncomingRequest, incomingHeaders, splitTarget } from './incoming-request.ts'
import {
  type ClaimedSignature,
  incomplete,
  readAuthorizationHeader,
  readPresignedQuery,
} from './read-signature.ts'
import { ecdsaAlgorithm, type Signer } from './signer.ts'
import type {
  ExpectedPayload,
  KnownCredentials,
  VerifiedRequest,
  VerifyOptions,
} from './verify-types.ts'

/** A request whose body is still to come. */
export type IncomingHead = Omit<IncomingRequest, 'body'>

/**
 * Verifies everything of a request but its body, in the order of {@link verifySignedRequest}; what the body
 * must be stands in `payload`, and `createPayloadReader` checks it as it comes. Throws {@link AwsError} as
 * AWS would answer, and `unsupported` when the head does not say what the body is (see {@link namesPayload}).
 */
export function verifyRequestHead(head: IncomingHead, options: VerifyOptions): VerifiedRequest {
  return verifyHead(head, options, () => {
    throw new AwsError(
      'unsupported',
      'the head does not say what the body is: verify it with the whole body (verifySignedRequest)',
      { status: 501 },
    )
  })
}

/**
 * Whether the head says what the body is. Services other than S3 may leave it out: their signature can be
 * verified only when the whole body is there, with `verifySignedRequest`.
 */
export function namesPayload(head: IncomingHead): boolean {
  const isNamed = Object.keys(head.headers).some(
    name => name.toLowerCase() === 'x-amz-content-sha256' && head.headers[name] !== undefined,
  )
  if (isNamed) return true
  const parameters = queryParameters(splitTarget(head.path).query)
  const credential = parameters.find(([name]) => name === 'X-Amz-Credential')?.[1] ?? ''
  return signsAsS3(credential.split('%2F').at(-2) ?? '')
}

/** {@link verifyRequestHead}; `bodyHash` is asked when the head does not say what the body is. */
export function verifyHead(
  request: IncomingHead,
  options: VerifyOptions,
  bodyHash: () => string,
): VerifiedRequest {
  const { path, query } = splitTarget(request.path)
  const parameters = queryParameters(query)
  const headers = incomingHeaders(request.headers)
  const claim = readClaim(headers, parameters)
  checkCredentialScope(claim, options)
  const token = claimedToken(claim, headers, parameters)
  const known = checkToken(claim, token, options)
  checkClock(claim, options.now)
  checkSignedHeaders(claim, headers)
  const claimed = claimedPayload(claim, headers, bodyHash, options)
  const canonical = canonicalRequest(
    request.method,
    canonicalPath(path, claim.service, options),
    canonicalQuery(parameters.filter(isSignedParameter(claim, options))),
    headers,
    claim.signedHeaders,
    claim.signedHeaders.join(';'),
    claimed.text,
  )
  const signer = signerOf(claim, known)
  const toSign = stringToSign(signer, claim.time, canonical)
  if (!signer.verify(toSign, claim.signature)) throw mismatch(mismatchMessage)
  const payload = expectedPayload(claimed, signer, claim)
  return Object.freeze({
    algorithm: claim.algorithm,
    accessKeyId: claim.accessKeyId,
    sessionToken: token,
    region: claim.algorithm === ecdsaAlgorithm ? (options.sigV4aRegion ?? '') : claim.region,
    service: claim.service,
    signedAt: claim.signedAt,
    form: claim.form,
    signedHeaders: claim.signedHeaders,
    isPayloadSigned: isSigned(payload),
    payload,
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

function signerOf(claim: ClaimedSignature, known: KnownCredentials): Signer {
  const { accessKeyId, date, region, service } = claim
  return claim.algorithm === ecdsaAlgorithm
    ? ecdsaSigner(accessKeyId, known.secretAccessKey, date, service)
    : hmacSigner(known.secretAccessKey, date, region, service)
}

function expectedPayload(
  claimed: ClaimedPayload,
  signer: Signer,
  claim: ClaimedSignature,
): ExpectedPayload {
  const { text, chunks } = claimed
  if (chunks === undefined) {
    return text === unsignedPayload ? { kind: 'unsigned' } : { kind: 'sha256', sha256: text }
  }
  const { decodedLength, trailers } = chunks
  const startChain =
    chunks.algorithm === undefined
      ? undefined
      : () => chunkChain(signer, claim.time, claim.signature)
  return { kind: 'chunks', decodedLength, trailers, startChain }
}

function isSigned(payload: ExpectedPayload): boolean {
  return payload.kind === 'chunks' ? payload.startChain !== undefined : payload.kind !== 'unsigned'
}
