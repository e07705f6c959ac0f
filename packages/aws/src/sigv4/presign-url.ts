import { AwsError } from '../errors.ts'
import { splitUrl } from '../http/split-url.ts'
import { headersByName, namesToSign } from './canonical-headers.ts'
import { canonicalPath, signsAsS3 } from './canonical-path.ts'
import { canonicalQuery, type QueryParameter, queryParameters } from './canonical-query.ts'
import {
  canonicalRequest,
  payloadHash,
  signedHeaderNames,
  stringToSign,
  unsignedPayload,
} from './canonical-request.ts'
import { uriEncode } from './encoding.ts'
import { ecdsaAlgorithm } from './signer.ts'
import { signerFor } from './signer-for.ts'
import { amzTime, maxPresignSeconds } from './time.ts'
import type { SignableRequest, SignatureTrace, SigningOptions } from './types.ts'

/** {@link SigningOptions} and how long the URL may be used: 1 to 604800 seconds. */
export interface PresigningOptions extends SigningOptions {
  readonly expiresInSeconds: number
}

/**
 * Signs a request with Signature Version 4 in the query: gives the URL to use, with the parameters
 * `X-Amz-*` after the request's own. The headers given are signed and must be sent as they are; `host` is
 * always signed. Throws {@link AwsError} `bad_url` or `invalid_argument`.
 */
export function presignUrl(request: SignableRequest, options: PresigningOptions): string {
  return presignUrlTraced(request, options).url
}

/** {@link presignUrl}, with the texts that the signature was made of. */
export function presignUrlTraced(
  request: SignableRequest,
  options: PresigningOptions,
): SignatureTrace & { readonly url: string } {
  const { credentials, service, expiresInSeconds } = options
  checkExpiry(expiresInSeconds)
  const url = splitUrl(request.url)
  const { time, date } = amzTime(options.now)
  const signer = signerFor(options, date)
  const headers = headersByName(request.headers ?? {})
  headers.host ??= url.host
  const isUnsigned = options.unsignedPayload ?? signsAsS3(service)
  const payload =
    headers['x-amz-content-sha256'] ?? (isUnsigned ? unsignedPayload : payloadHash(request.body))
  const names = namesToSign(headers)
  const namesText = signedHeaderNames(names)

  const added: QueryParameter[] = [
    ['X-Amz-Algorithm', signer.algorithm],
    ['X-Amz-Credential', uriEncode(`${credentials.accessKeyId}/${signer.scope}`)],
    ['X-Amz-Date', time],
    ['X-Amz-SignedHeaders', uriEncode(namesText)],
    ['X-Amz-Expires', String(expiresInSeconds)],
  ]
  const regions: QueryParameter[] =
    options.algorithm === ecdsaAlgorithm ? [['X-Amz-Region-Set', uriEncode(options.region)]] : []
  const tokenHeader = options.sessionTokenHeader ?? 'x-amz-security-token'
  const token: QueryParameter[] =
    credentials.sessionToken === undefined
      ? []
      : [[tokenParameters[tokenHeader], uriEncode(credentials.sessionToken)]]
  const isTokenSigned = options.signSessionToken ?? true
  const own = queryParameters(url.query)
  refuseSigned(own)
  const canonical = canonicalRequest(
    request.method.toUpperCase(),
    canonicalPath(url.path, service, options),
    canonicalQuery([...own, ...added, ...(isTokenSigned ? token : []), ...regions]),
    headers,
    names,
    namesText,
    payload,
  )
  const toSign = stringToSign(signer, time, canonical)
  const signature = signer.sign(toSign)
  const parameters = [...added, ...token, ...regions, ['X-Amz-Signature', signature]]
  const query = [...(url.query === '' ? [] : [url.query]), ...parameters.map(p => p.join('='))]
  return {
    canonicalRequest: canonical,
    stringToSign: toSign,
    signature,
    url: `${url.scheme}://${url.host}${url.path || '/'}?${query.join('&')}`,
  }
}

const tokenParameters = {
  'x-amz-security-token': 'X-Amz-Security-Token',
  'x-amz-s3session-token': 'X-Amz-S3session-Token',
} as const

function checkExpiry(seconds: number): void {
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > maxPresignSeconds) {
    throw new AwsError(
      'invalid_argument',
      `expiresInSeconds is a whole number from 1 to ${maxPresignSeconds}; received ${seconds}`,
    )
  }
}

function refuseSigned(parameters: readonly QueryParameter[]): void {
  const signed = parameters.find(([name]) => presignParameters.has(name))
  if (signed !== undefined) {
    throw new AwsError('bad_url', `the URL already has the parameter ${signed[0]}`)
  }
}

/** The parameters of a presigned URL. */
const presignParameters: ReadonlySet<string> = new Set([
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Date',
  'X-Amz-SignedHeaders',
  'X-Amz-Expires',
  'X-Amz-Region-Set',
  'X-Amz-Security-Token',
  'X-Amz-S3session-Token',
  'X-Amz-Signature',
])
