/** What AFP's API answers where something is refused or fails. */
import { AwsError } from '@rolecall/aws'
import { ServerError, type ServerErrorCode } from '../../errors.ts'

/** A status and the text that clients show. */
interface AfpAnswer {
  readonly status: number
  readonly message: string
}

const denied: AfpAnswer = { status: 403, message: 'Permission Denied' }
const awsFailed: AfpAnswer = { status: 502, message: 'Call to AWS failed' }
const failed: AfpAnswer = { status: 500, message: 'Internal Server Error' }

/** AFP's four kinds, and what it left to its web server or did not have: 400, 401, 405, 429. */
const byCode: Partial<Record<ServerErrorCode, AfpAnswer>> = {
  'access-refused': denied,
  'form-refused': denied,
  // Whether a role exists is nobody's to know without a grant.
  'not-found': denied,
  'signin-refused': denied,
  'cross-site-request': denied,
  'not-a-machine': denied,
  'keys-in-clear': {
    status: 403,
    message: 'Keys are given over HTTPS only; use the https address',
  },
  'not-one-role': { status: 404, message: 'ConfigurationError' },
  'aws-refused': awsFailed,
  'session-refused': awsFailed,
  'session-too-large': awsFailed,
  'aws-unreachable': awsFailed,
  'gateway-credentials': awsFailed,
  'console-refused': awsFailed,
  'bad-request': { status: 400, message: 'Bad Request' },
  'bad-destination': { status: 400, message: 'The callbackurl is not the address of a web page' },
  'not-signed-in': { status: 401, message: 'Authorization Required' },
  'password-refused': { status: 401, message: 'Authorization Required' },
  'password-in-clear': {
    status: 403,
    message: 'Passwords are taken over HTTPS only; use the https address',
  },
  'unknown-path': { status: 404, message: 'Not found' },
  'method-not-allowed': { status: 405, message: 'Method not allowed.' },
  'too-many-requests': { status: 429, message: 'Too Many Requests' },
}

/** The answer to an error; all that AFP did not tell apart is 500. */
export function afpAnswer(error: ServerError): AfpAnswer {
  if (isRefusedByAws(error)) return denied
  return byCode[error.code] ?? failed
}

/** Whether AWS's answer to AssumeRole was 403: the role does not trust the gateway, or is not there. */
export function isRefusedByAws(error: unknown): boolean {
  if (!(error instanceof ServerError) || error.code !== 'aws-refused') return false
  return error.cause instanceof AwsError && error.cause.status === 403
}
