import { AwsError } from '../errors.ts'
import { splitUrl } from '../http/split-url.ts'
import { headersByName, signedHeadersOf } from './canonical-headers.ts'
import { canonicalPath, signsAsS3 } from './canonical-path.ts'
import { canonicalQuery, queryParameters } from './canonical-query.ts'
import {
  canonicalRequest,
  payloadHash,
  signedHeaderNames,
  unsignedPayload,
} from './canonical-request.ts'
import { algorithm, credentialScope, hmacHex, signingKey, stringToSign } from './signing-key.ts'
import { amzDate } from './time.ts'
import type { SignableRequest, SignatureTrace, SigningOptions } from './types.ts'

/**
 * Signs a request with Signature Version 4 in the Authorization header. Gives all headers to send, names
 * in lower case: those of the request (`host` added), `x-amz-date`, `x-amz-security-token`,
 * `x-amz-content-sha256` where wanted, and `authorization`. Every header is signed but those that change
 * on the way (`user-agent`, `connection` and the like). An `x-amz-content-sha256` given by the caller is
 * taken as the hash of the payload. Throws {@link AwsError} `bad_url` or `invalid_argument`.
 */
export function signRequest(
  request: SignableRequest,
  options: SigningOptions,
): Record<string, string> {
  return signRequestTraced(request, options).headers
}

/** {@link signRequest}, with the texts that the signature was made of. */
export function signRequestTraced(
  request: SignableRequest,
  options: SigningOptions,
): SignatureTrace & { readonly headers: Record<string, string> } {
  const { credentials, region, service } = options
  checkScope(region, service)
  const url = splitUrl(request.url)
  const time = amzDate(options.now)
  const date = time.slice(0, 8)
  const headers = headersByName(request.headers ?? {})
  headers.host ??= url.host
  headers['x-amz-date'] = time
  const payload = choosePayload(headers, request, options)
  const { sessionToken } = credentials
  const isTokenSigned = options.signSessionToken ?? true
  // Only when there is one: an object is slower once something was deleted from it.
  if (headers['x-amz-security-token'] !== undefined) delete headers['x-amz-security-token']
  if (sessionToken !== undefined && isTokenSigned) headers['x-amz-security-token'] = sessionToken

  const signed = signedHeadersOf(headers)
  const names = signedHeaderNames(signed)
  const canonical = canonicalRequest(
    request.method.toUpperCase(),
    canonicalPath(url.path, service, options),
    canonicalQuery(queryParameters(url.query)),
    signed,
    names,
    payload,
  )
  const scope = credentialScope(date, region, service)
  const toSign = stringToSign(time, scope, canonical)
  const signature = hmacHex(signingKey(credentials.secretAccessKey, date, region, service), toSign)
  if (sessionToken !== undefined && !isTokenSigned) headers['x-amz-security-token'] = sessionToken
  headers.authorization = `${algorithm} Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`
  return { canonicalRequest: canonical, stringToSign: toSign, signature, headers }
}

function choosePayload(
  headers: Record<string, string>,
  request: SignableRequest,
  options: SigningOptions,
): string {
  const given = headers['x-amz-content-sha256']
  if (given !== undefined) return given
  const isUnsigned = options.unsignedPayload ?? false
  const payload = isUnsigned ? unsignedPayload : payloadHash(request.body)
  if (isUnsigned || (options.contentSha256Header ?? signsAsS3(options.service))) {
    headers['x-amz-content-sha256'] = payload
  }
  return payload
}

const scopePart = /^[\w.-]{1,100}$/

/** Refuses a region or service that would change the shape of the credential scope. */
export function checkScope(region: string, service: string): void {
  if (!scopePart.test(region)) {
    throw new AwsError('bad_region', `cannot sign for the region ${JSON.stringify(region)}`)
  }
  if (!scopePart.test(service)) {
    throw new AwsError('invalid_argument', `cannot sign for the service ${JSON.stringify(service)}`)
  }
}
