import type { Credentials } from '../credentials/credentials.ts'
import { AwsError } from '../errors.ts'
import { formBody, formType } from '../http/form.ts'
import type { HttpResponse, HttpSend } from '../http/http.ts'
import { httpSend } from '../http/http-send.ts'
import { quotable } from '../http/quotable.ts'
import { retryAfterMs } from '../http/retry-after.ts'
import { type RetryRules, withRetries } from '../http/with-retries.ts'
import type { Partition } from '../identifiers/partitions.ts'
import { federationEndpointOf } from './console-hosts.ts'

/** For whom and where a sign-in token is made. */
export interface SigninTokenOptions {
  /** Temporary credentials. */
  readonly credentials: Credentials
  /** The federation endpoint. Default: of the partition and region. */
  readonly endpoint?: string | undefined
  /** Default `aws`. */
  readonly partition?: Partition | undefined
  readonly region?: string | undefined
  /**
   * 900 to 43200. Only for credentials of AssumeRole called with long-term keys, and below the role's
   * maximum; without it the console session ends with the credentials.
   */
  readonly sessionDurationSeconds?: number | undefined
  readonly http?: HttpSend | undefined
  /** Milliseconds for all attempts. Default 10 000. */
  readonly timeoutMs?: number | undefined
  readonly retry?: RetryRules | undefined
}

/**
 * Exchanges temporary credentials for a sign-in token, which opens a console session within 15 minutes.
 * The credentials go in the body of a POST, never in an address. Throws {@link AwsError} `signin_refused`,
 * `bad_answer`, `timeout`, `network` or `invalid_argument`.
 */
export async function getSigninToken(options: SigninTokenOptions): Promise<string> {
  const { accessKeyId, secretAccessKey, sessionToken } = options.credentials
  if (sessionToken === undefined) {
    throw new AwsError(
      'invalid_argument',
      'a console session needs temporary credentials; these have no session token',
    )
  }
  const body = formBody([
    ['Action', 'getSigninToken'],
    ...durationField(options.sessionDurationSeconds),
    ['SessionType', 'json'],
    [
      'Session',
      JSON.stringify({ sessionId: accessKeyId, sessionKey: secretAccessKey, sessionToken }),
    ],
  ])
  const http = options.http ?? httpSend
  const url = federationEndpoint(options)
  const attempt = async (timeoutMs: number) => {
    const headers = { 'content-type': formType, accept: 'application/json' }
    const response = await http({ method: 'POST', url, headers, body, timeoutMs, maxBytes: 65_536 })
    return readToken(response, [secretAccessKey, sessionToken])
  }
  return await withRetries(attempt, options.timeoutMs ?? 10_000, options.retry)
}

/** The federation endpoint that the options name. */
export function federationEndpoint(options: SigninTokenOptions): string {
  return options.endpoint ?? federationEndpointOf(options.partition ?? 'aws', options.region)
}

function durationField(seconds: number | undefined): [string, string][] {
  if (seconds === undefined) return []
  if (!Number.isInteger(seconds) || seconds < 900 || seconds > 43_200) {
    throw new AwsError(
      'invalid_argument',
      `sessionDurationSeconds: expected a whole number from 900 to 43200; received ${seconds}`,
    )
  }
  return [['SessionDuration', String(seconds)]]
}

function readToken(response: HttpResponse, secrets: readonly string[]): string {
  const { status } = response
  const requestId = response.headers['x-amzn-requestid']
  const told = { status, requestId, retryAfterMs: retryAfterMs(response.headers) }
  if (status >= 400 && status < 500) {
    const said = wordsOf(response.body, secrets)
    throw new AwsError(
      'signin_refused',
      `the sign-in service refused the credentials with status ${status}${said === undefined ? '' : `: ${said}`}`,
      told,
    )
  }
  const token = status === 200 ? tokenIn(response.body) : undefined
  if (token === undefined) {
    throw new AwsError(
      'bad_answer',
      `expected {"SigninToken": …} from the sign-in service, received status ${status} and something else`,
      { ...told, fault: 'server' },
    )
  }
  return token
}

function tokenIn(body: string): string | undefined {
  try {
    const answer: unknown = JSON.parse(body)
    if (typeof answer !== 'object' || answer === null || !('SigninToken' in answer))
      return undefined
    const token = answer.SigninToken
    return typeof token === 'string' && /^[\x21-\x7e]{1,16384}$/.test(token) ? token : undefined
  } catch {
    return undefined
  }
}

/**
 * The words of an error page, short. Undefined when it has none or may repeat what was sent: words
 * only, no names of our fields and nothing as long as a secret.
 */
function wordsOf(page: string, secrets: readonly string[]): string | undefined {
  if (/session_?(?:id|key|token)|signin_?token/i.test(page)) return undefined
  const words = quotable(page, secrets) ?? ''
  return words === '' || /[^ ]{64}/.test(words) ? undefined : words.slice(0, 160)
}
