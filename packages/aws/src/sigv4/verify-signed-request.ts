import { createHash, timingSafeEqual } from 'node:crypto'
import { AwsError } from '../errors.ts'
import { type CanonicalHeader, canonicalValue } from './canonical-headers.ts'
import { canonicalPath, signsAsS3 } from './canonical-path.ts'
import { canonicalQuery, type QueryParameter, queryParameters } from './canonical-query.ts'
import { canonicalRequest, payloadHash, unsignedPayload } from './canonical-request.ts'
import {
  type ClaimedSignature,
  incomplete,
  presignParameter,
  readAuthorizationHeader,
  readPresignedQuery,
} from './read-signature.ts'
import { credentialScope, hmacHex, signingKey, stringToSign, terminator } from './signing-key.ts'
import { amzDate } from './time.ts'
import type { HeaderFields, PathRules } from './types.ts'

/** A request as it came in. */
export interface IncomingRequest {
  readonly method: string
  /** The raw request target: path and query as they stood on the request line. */
  readonly path: string
  /** As `IncomingMessage.headersDistinct` has them (or `headers`, when none is repeated). */
  readonly headers: HeaderFields
  readonly body?: string | Uint8Array
}

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

const clockSkewMs = 15 * 60 * 1000

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

function splitTarget(target: string): { path: string; query: string } {
  const at = target.indexOf('?')
  return at < 0
    ? { path: target, query: '' }
    : { path: target.slice(0, at), query: target.slice(at + 1) }
}

function incomingHeaders(fields: HeaderFields): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [given, value] of Object.entries(fields)) {
    if (value === undefined) continue
    const name = given.toLowerCase()
    const isRepeated =
      headers[name] !== undefined || (typeof value !== 'string' && value.length > 1)
    if (isRepeated && singleHeaders.has(name))
      throw incomplete(`The header '${name}' must stand only once.`)
    const text = canonicalValue(name, wireText(value))
    headers[name] = headers[name] === undefined ? text : `${headers[name]},${text}`
  }
  return headers
}

/** Headers that decide about the signature: two of them could be read in two ways. */
const singleHeaders: ReadonlySet<string> = new Set([
  'authorization',
  'date',
  'host',
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-security-token',
])

/** Node reads one character per byte; signatures cover UTF-8. */
function wireText(value: string | readonly string[]): string | readonly string[] {
  if (typeof value !== 'string') return value.flatMap(each => wireText(each))
  if (!/[\x80-\xff]/.test(value) || /[\u0100-\uffff]/.test(value)) return value
  const bytes = Buffer.from(value, 'latin1')
  const text = bytes.toString('utf8')
  if (!Buffer.from(text).equals(bytes)) throw incomplete('A header value is not UTF-8.')
  return text
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

/** All faults of the scope in one message, each followed by a blank, as STS writes them. */
function checkCredentialScope(claim: ClaimedSignature, options: VerifyOptions): void {
  const { regions = () => true, service } = options
  const isRegionAccepted =
    typeof regions === 'function' ? regions(claim.region) : regions.includes(claim.region)
  const faults: string[] = []
  if (!isRegionAccepted) faults.push('Credential should be scoped to a valid region. ')
  if (claim.service !== service) {
    faults.push(`Credential should be scoped to correct service: '${service}'. `)
  }
  if (claim.terminator !== terminator) {
    faults.push(`Credential should be scoped with a valid terminator: '${terminator}'. `)
  }
  if (claim.date !== claim.time.slice(0, 8)) {
    faults.push(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${claim.time}'. `,
    )
  }
  if (faults.length > 0) throw mismatch(faults.join(''))
}

function claimedToken(
  claim: ClaimedSignature,
  headers: Readonly<Record<string, string>>,
  parameters: readonly QueryParameter[],
): string | undefined {
  const fromHeader = headers['x-amz-security-token']
  if (claim.form === 'header') return fromHeader
  const isHeaderSigned = claim.signedHeaders.includes('x-amz-security-token')
  return isHeaderSigned ? fromHeader : presignParameter(parameters, 'X-Amz-Security-Token')
}

function checkToken(
  claim: ClaimedSignature,
  token: string | undefined,
  options: VerifyOptions,
): KnownCredentials {
  const known = options.findCredentials(claim.accessKeyId, token)
  const isTokenRight =
    known !== undefined &&
    (known.sessionToken === undefined
      ? token === undefined
      : token !== undefined && equalTexts(known.sessionToken, token))
  if (known === undefined || !isTokenRight) {
    throw new AwsError(
      'InvalidClientTokenId',
      'The security token included in the request is invalid.',
      { status: 403 },
    )
  }
  if (known.expiration !== undefined && known.expiration.getTime() <= options.now.getTime()) {
    throw new AwsError('ExpiredToken', 'The security token included in the request is expired', {
      status: 403,
    })
  }
  return known
}

function checkClock(claim: ClaimedSignature, now: Date): void {
  const signedAt = claim.signedAt.getTime()
  if (signedAt > now.getTime() + clockSkewMs) {
    const limit = amzDate(new Date(now.getTime() + clockSkewMs))
    throw mismatch(
      `Signature not yet current: ${claim.time} is still later than ${limit} (${amzDate(now)} + 15 min.)`,
    )
  }
  if (claim.expiresInSeconds !== undefined) {
    if (signedAt + claim.expiresInSeconds * 1000 < now.getTime()) {
      throw new AwsError('RequestExpired', 'Request has expired.', { status: 400 })
    }
  } else if (signedAt < now.getTime() - clockSkewMs) {
    const limit = amzDate(new Date(now.getTime() - clockSkewMs))
    throw mismatch(
      `Signature expired: ${claim.time} is now earlier than ${limit} (${amzDate(now)} - 15 min.)`,
    )
  }
}

function signedHeaders(
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
function claimedPayload(
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
function checkBody(
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

function isSignedParameter(claim: ClaimedSignature, options: VerifyOptions) {
  const isTokenSigned = options.signSessionToken ?? true
  return ([name]: QueryParameter): boolean =>
    claim.form === 'header' ||
    (name !== 'X-Amz-Signature' && (isTokenSigned || name !== 'X-Amz-Security-Token'))
}

/** Compares in a time that does not depend on the texts: their hashes have the same length. */
function equalTexts(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}

const mismatchMessage =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.'

function mismatch(message: string): AwsError {
  return new AwsError('SignatureDoesNotMatch', message, { status: 403 })
}
