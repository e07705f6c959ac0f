import { splitUrl } from '../http/split-url.ts'
import { headersByName, namesToSign } from './canonical-headers.ts'
import { canonicalPath, signsAsS3 } from './canonical-path.ts'
import { canonicalQueryOf } from './canonical-query.ts'
import {
  canonicalRequest,
  payloadHash,
  signedHeaderNames,
  stringToSign,
  unsignedPayload,
} from './canonical-request.ts'
import { ecdsaAlgorithm, type Signer } from './signer.ts'
import { signerFor } from './signer-for.ts'
import { amzTime } from './time.ts'
import type { SignableRequest, SignatureTrace, SigningOptions } from './types.ts'

/**
 * Signs a request with Signature Version 4 in the Authorization header. Gives all headers to send, names
 * in lower case: those of the request (`host` added), `x-amz-date`, `x-amz-security-token`,
 * `x-amz-content-sha256` where wanted, and `authorization`. Every header is signed but those that change
 * on the way (`user-agent`, `connection` and the like). An `x-amz-content-sha256` given by the caller is
 * taken as the hash of the payload. Throws {@link AwsError} `bad_url`, `bad_region` or `invalid_argument`.
 */
export function signRequest(
  request: SignableRequest,
  options: SigningOptions,
): Record<string, string> {
  return signHead(request, options).headers
}

/** {@link signRequest}, with the texts that the signature was made of. */
export function signRequestTraced(
  request: SignableRequest,
  options: SigningOptions,
): SignatureTrace & { readonly headers: Record<string, string> } {
  const { headers, canonical, toSign, signature } = signHead(request, options)
  return { canonicalRequest: canonical, stringToSign: toSign, signature, headers }
}

/** {@link signRequest}, with all that a body in chunks needs. */
export function signHead(request: SignableRequest, options: SigningOptions): SignedHead {
  const { credentials } = options
  const url = splitUrl(request.url)
  const { time, date } = amzTime(options.now)
  const signer = signerFor(options, date)
  const headers = headersByName(request.headers ?? {})
  headers.host ??= url.host
  headers['x-amz-date'] = time
  if (options.algorithm === ecdsaAlgorithm) headers['x-amz-region-set'] = options.region
  const payload = choosePayload(headers, request, options)
  const { sessionToken } = credentials
  const isTokenSigned = options.signSessionToken ?? true
  for (const name of sessionTokenHeaders) {
    // Only when there is one: an object is slower once something was deleted from it.
    if (headers[name] !== undefined) delete headers[name]
  }
  const tokenHeader = options.sessionTokenHeader ?? 'x-amz-security-token'
  if (sessionToken !== undefined && isTokenSigned) headers[tokenHeader] = sessionToken

  const names = namesToSign(headers)
  const namesText = signedHeaderNames(names)
  const canonical = canonicalRequest(
    request.method.toUpperCase(),
    canonicalPath(url.path, options.service, options),
    canonicalQueryOf(url.query),
    headers,
    names,
    namesText,
    payload,
  )
  const toSign = stringToSign(signer, time, canonical)
  const signature = signer.sign(toSign)
  if (sessionToken !== undefined && !isTokenSigned) headers[tokenHeader] = sessionToken
  headers.authorization = `${signer.algorithm} Credential=${credentials.accessKeyId}/${signer.scope}, SignedHeaders=${namesText}, Signature=${signature}`
  return { headers, canonical, toSign, signature, signer, time }
}

/** The headers that may carry a session token. */
const sessionTokenHeaders = ['x-amz-security-token', 'x-amz-s3session-token'] as const

/** What signing a head comes to. */
interface SignedHead {
  readonly headers: Record<string, string>
  readonly canonical: string
  readonly toSign: string
  readonly signature: string
  readonly signer: Signer
  readonly time: string
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
