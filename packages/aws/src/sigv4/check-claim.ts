import { AwsError } from '../errors.ts'
import type { QueryParameter } from './canonical-query.ts'
import { isScopePart } from './credential-scope.ts'
import { equalTexts } from './equal-texts.ts'
import { type ClaimedSignature, incomplete, presignParameter } from './read-signature.ts'
import { isInRegionSet } from './region-set.ts'
import { ecdsaAlgorithm, terminator } from './signer.ts'
import { amzDate } from './time.ts'
import type { KnownCredentials, VerifyOptions } from './verify-types.ts'

const clockSkewMs = 15 * 60 * 1000

/** All faults of the scope in one message, each followed by a blank, as STS writes them. */
export function checkCredentialScope(claim: ClaimedSignature, options: VerifyOptions): void {
  const { service } = options
  const faults: string[] = []
  if (!isRegionAccepted(claim, options))
    faults.push('Credential should be scoped to a valid region. ')
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

function isRegionAccepted(claim: ClaimedSignature, options: VerifyOptions): boolean {
  const { regions = () => true, sigV4aRegion } = options
  if (claim.algorithm === ecdsaAlgorithm) {
    return sigV4aRegion !== undefined && isInRegionSet(sigV4aRegion, claim.region)
  }
  if (!isScopePart(claim.region)) return false
  return typeof regions === 'function' ? regions(claim.region) : regions.includes(claim.region)
}

/** The session token that the request carries: in the query form, a signed header goes before the query. */
export function claimedToken(
  claim: ClaimedSignature,
  headers: Readonly<Record<string, string>>,
  parameters: readonly QueryParameter[],
): string | undefined {
  const tokens = claim.service === 's3express' ? expressTokens : securityTokens
  const found = tokens.flatMap(({ header, parameter }) => {
    const isHeader = claim.form === 'header' || claim.signedHeaders.includes(header)
    const token = isHeader ? headers[header] : presignParameter(parameters, parameter)
    return token === undefined ? [] : [token]
  })
  if (found.length > 1) throw incomplete('Only one session token may stand in a request.')
  return found[0]
}

const securityTokens = [{ header: 'x-amz-security-token', parameter: 'X-Amz-Security-Token' }]
// Directory buckets have tokens of their own; to get one, the caller shows the usual one.
const expressTokens = [
  ...securityTokens,
  { header: 'x-amz-s3session-token', parameter: 'X-Amz-S3session-Token' },
]

/** The known credentials of the access key, when the session token is theirs and has not expired. */
export function checkToken(
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

/** Refuses a request signed more than 15 minutes away from now, or past its own expiry. */
export function checkClock(claim: ClaimedSignature, now: Date): void {
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

/** What STS says of a signature that is not the one it computes. */
export const mismatchMessage =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.'

/** A `SignatureDoesNotMatch`. */
export function mismatch(message: string): AwsError {
  return new AwsError('SignatureDoesNotMatch', message, { status: 403 })
}
