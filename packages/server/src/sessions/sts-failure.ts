/** What a failure of STS means to the person who asked. */
import { AwsError, type AwsErrorCode } from '@rolecall/aws'
import { ServerError, type ServerErrorCode } from '../errors.ts'
import { ownCredentialsFailure } from './own-credentials.ts'

/** AWS does not take the gateway's own credentials, or what it signs, whatever the role. */
const credentialCodes: ReadonlySet<string> = new Set<AwsErrorCode>([
  'InvalidClientTokenId',
  'ExpiredToken',
  'SignatureDoesNotMatch',
  'InvalidIdentityToken',
  'IDPRejectedClaim',
])

/** Policy, tags or names that the grant puts into the session: no trust policy would help. */
const shapeCodes: ReadonlySet<string> = new Set<AwsErrorCode>([
  'MalformedPolicyDocument',
  'invalid_argument',
])

/** The same failure as a `ServerError`, with the `AwsError` as cause; what is none of AWS stays as it is. */
export function stsFailure(error: unknown): unknown {
  if (!(error instanceof AwsError)) return error
  if (credentialCodes.has(error.code)) return ownCredentialsFailure(error)
  return serverError(codeOf(error), error)
}

/** What AWS gave had ended by this clock, or it gave nothing in all the time there is. */
const lateCodes: ReadonlySet<string> = new Set<AwsErrorCode>(['timeout', 'expired_credentials'])

/** The failure to keep a session, as a `ServerError` where it is no fault of the gateway. */
export function keepingFailure(error: unknown): unknown {
  return error instanceof AwsError && lateCodes.has(error.code)
    ? serverError('aws-unreachable', error)
    : error
}

/** Whether AWS has decided: asking again at once would only be refused again. */
export function isRefusal(error: unknown): boolean {
  if (!(error instanceof ServerError)) return false
  return refusals.has(error.code)
}

const refusals: ReadonlySet<ServerErrorCode> = new Set([
  'aws-refused',
  'session-refused',
  'session-too-large',
] as const)

function codeOf({ code, fault }: AwsError): ServerErrorCode {
  if (code === 'PackedPolicyTooLarge') return 'session-too-large'
  if (shapeCodes.has(code)) return 'session-refused'
  return fault === 'client' ? 'aws-refused' : 'aws-unreachable'
}

function serverError(code: ServerErrorCode, cause: AwsError): ServerError {
  return new ServerError(code, { detail: `${cause.code}: ${cause.message}`, cause })
}
