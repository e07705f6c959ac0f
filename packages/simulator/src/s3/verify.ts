import {
  AwsError,
  createPayloadReader,
  type PayloadReader,
  type VerifiedRequest,
  verifyRequestHead,
} from '@rolecall/aws'
import type { AwsState } from '../aws-state.ts'
import type { RequestHead } from '../http/exchange.ts'
import { Fault } from '../query/fault.ts'
import { type RequestCaller, requestCaller, verification } from '../sts/caller-of.ts'
import { awsTime } from '../sts/sessions.ts'
import { accessDenied, invalidRequest, notImplemented, S3Fault } from './s3-fault.ts'

/** A request whose head is verified: whose it is, and what reads its body. */
export interface VerifiedS3Request {
  readonly caller: RequestCaller
  readonly verified: VerifiedRequest
  readonly reader: PayloadReader
}

const maxSkewMs = 15 * 60 * 1000

/**
 * Verifies the head of a request, in S3's order: scope, keys, clock, signature. `bucketRegion` is the only region that
 * requests for an existing bucket may be signed for. Throws `S3Fault`.
 */
export function verifyHead(
  state: AwsState,
  request: RequestHead,
  bucketRegion: string | undefined,
): VerifiedS3Request {
  const { regions: isRegion = () => true, ...options } = verification(state, 's3')
  let wrongRegion: string | undefined
  const regions = (region: string) => {
    const known = typeof isRegion === 'function' ? isRegion(region) : isRegion.includes(region)
    const fits = known && (bucketRegion === undefined || region === bucketRegion)
    if (!fits) wrongRegion = region
    return fits
  }
  try {
    const verified = verifyRequestHead(
      { method: request.method, path: request.target, headers: request.headersDistinct },
      {
        ...options,
        regions,
        sigV4aRegion: bucketRegion ?? 'us-east-1',
        allowUnsignedPayload: true,
      },
    )
    const caller = requestCaller(state, request, verified)
    return { caller, verified, reader: createPayloadReader(verified) }
  } catch (error) {
    if (wrongRegion !== undefined) throw regionFault(request, wrongRegion, bucketRegion)
    throw s3FaultOf(error, request, state.now(), options.findCredentials)
  }
}

/** 400 with the region of the bucket, by which clients go on there. */
function regionFault(
  request: RequestHead,
  given: string,
  bucketRegion: string | undefined,
): S3Fault {
  const isQuery = request.headers.authorization === undefined
  const code = isQuery ? 'AuthorizationQueryParametersError' : 'AuthorizationHeaderMalformed'
  const what = isQuery
    ? 'Error parsing the X-Amz-Credential parameter'
    : 'The authorization header is malformed'
  if (bucketRegion === undefined) {
    return new S3Fault(400, code, `${what}; the region '${given}' is not a region of AWS`)
  }
  const message = `${what}; the region '${given}' is wrong; expecting '${bucketRegion}'`
  const headers = { 'x-amz-bucket-region': bucketRegion }
  return new S3Fault(400, code, message, { Region: bucketRegion }, headers)
}

/** What S3 says where the verification, which speaks as STS does, says no. */
export function s3FaultOf(
  error: unknown,
  request: RequestHead,
  now: Date,
  findKey: (accessKeyId: string, token: string | undefined) => unknown = () => undefined,
): S3Fault {
  if (error instanceof S3Fault) return error
  const isWire = error instanceof Fault || (error instanceof AwsError && error.status !== undefined)
  if (!isWire) return internalError()
  const { message } = error
  switch (error.code) {
    case 'MissingAuthenticationToken':
      return accessDenied()
    case 'IncompleteSignature':
      return request.headers.authorization === undefined
        ? new S3Fault(400, 'AuthorizationQueryParametersError', message)
        : new S3Fault(400, 'AuthorizationHeaderMalformed', message)
    case 'InvalidClientTokenId':
      return invalidKey(accessKeyIdOf(request), findKey)
    case 'ExpiredToken':
      return new S3Fault(400, 'ExpiredToken', 'The provided token has expired.')
    case 'RequestExpired':
      return accessDenied('Request has expired', { ServerTime: awsTime(now) })
    case 'SignatureDoesNotMatch':
      return mismatch(message, now)
    case 'unsupported':
      // The verification cannot go on without it; other services may leave it out.
      return request.headers['x-amz-content-sha256'] === undefined
        ? invalidRequest('Missing required header for this request: x-amz-content-sha256')
        : notImplemented(message)
    default:
      return new S3Fault(error.status ?? 400, error.code, message)
  }
}

function mismatch(message: string, now: Date): S3Fault {
  if (/^Signature (?:expired|not yet current)/.test(message)) {
    return new S3Fault(
      403,
      'RequestTimeTooSkewed',
      'The difference between the request time and the current time is too large.',
      { ServerTime: awsTime(now), MaxAllowedSkewMilliseconds: String(maxSkewMs) },
    )
  }
  if (message.startsWith('Credential should be scoped')) {
    const text = `The authorization header is malformed; ${message.trim()}`
    return new S3Fault(400, 'AuthorizationHeaderMalformed', text)
  }
  const text =
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.'
  return new S3Fault(403, 'SignatureDoesNotMatch', text)
}

function invalidKey(
  accessKeyId: string,
  findKey: (accessKeyId: string, token: string | undefined) => unknown,
): S3Fault {
  if (findKey(accessKeyId, undefined) === undefined) {
    const message = 'The AWS Access Key Id you provided does not exist in our records.'
    return new S3Fault(403, 'InvalidAccessKeyId', message, { AWSAccessKeyId: accessKeyId })
  }
  const message = 'The provided token is malformed or otherwise invalid.'
  return new S3Fault(400, 'InvalidToken', message)
}

function accessKeyIdOf({ headers, query }: RequestHead): string {
  const inHeader = /\bCredential=([^/,\s]+)/.exec(headers.authorization ?? '')?.[1]
  const inQuery = new URLSearchParams(query).get('X-Amz-Credential')?.split('/', 1)[0]
  return inHeader ?? inQuery ?? ''
}

const internalError = () =>
  new S3Fault(500, 'InternalError', 'We encountered an internal error. Please try again.')
