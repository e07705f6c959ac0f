import { setTimeout as sleep } from 'node:timers/promises'
import type { Credentials } from '../credentials/credentials.ts'
import { AwsError } from '../errors.ts'
import type { HttpResponse, HttpSend } from '../http/http.ts'
import { retryAfterMs } from '../http/retry-after.ts'
import { nextTarget } from './next-target.ts'
import type { Target } from './target.ts'

/** Headers and whose signature they bear. */
export interface SignedHeaders {
  readonly headers: Record<string, string>
  readonly credentials: Credentials
  /** How far the clock that they were signed by is from the caller's, in milliseconds. */
  readonly clockOffsetMs: number
}

/** How one request is sent. */
export interface SendRules {
  readonly http: HttpSend
  /** Signs with the time and the credentials of the moment. */
  readonly sign: (target: Target) => Promise<SignedHeaders>
  /** Forgets these credentials, which were refused as expired, if they are still the kept ones. */
  readonly renew: (refused: Credentials) => void
  /** Takes the Date of an answer that refused a signature for its time; whether signing anew may help. */
  readonly correctClock: (date: string | undefined, usedOffsetMs: number) => boolean
  readonly retries: number
  readonly timeoutMs: number
  readonly redirects: number
  readonly idempotent: boolean
  readonly random: () => number
  /** Told of each attempt and each answer. */
  readonly told: (line: string, facts: object) => void
}

/** How AWS says that credentials ended: in a header, in XML or in JSON. */
const expiredCode = /^ExpiredToken(?:Exception)?(?::|$)/
const expiredBody =
  /<Code>\s*ExpiredToken(?:Exception)?\s*<|"(?:__type|[Cc]ode)"\s*:\s*"(?:[\w.]{1,100}#)?ExpiredToken(?:Exception)?"/
/** How AWS says that a signature was refused for its time. */
const timeCode = /^(?:RequestExpired|RequestTimeTooSkewed|RequestInTheFuture)(?::|$)/
const timeBody =
  /<Code>\s*(?:RequestExpired|RequestTimeTooSkewed|RequestInTheFuture)\s*<|(?:<Message>\s*|"[Mm]essage"\s*:\s*")Signature (?:expired|not yet current)/
const maxPauseMs = 5_000

/**
 * Sends a request, each attempt with a signature of its own, and gives the answer, whatever its status.
 * Sent again: after 429 and 503 and when no connection was made, always; after other 5xx, a broken
 * connection or a timeout, only when `idempotent`; once more with new credentials when they had expired, and
 * once more by AWS's clock when ours was refused.
 * A redirect is followed as {@link nextTarget} allows. Throws {@link AwsError} `timeout`, `network`,
 * `response_too_large`, and whatever `sign` throws.
 */
export async function sendSigned(first: Target, rules: SendRules): Promise<HttpResponse> {
  let target = first
  let isSigned = true
  let isRenewed = false
  let isCorrected = false
  let redirects = rules.redirects
  for (let attempt = 1; ; ) {
    const signed = isSigned ? await rules.sign(target) : undefined
    const headers = signed?.headers ?? { ...target.headers }
    const { method, url, body } = target
    rules.told('request', { method, url, headers, body: bodyText(body) })
    const answer = await exchange(target, headers, rules)
    if (answer instanceof AwsError) {
      rules.told('failure', { code: answer.code, message: answer.message })
      const again = rules.idempotent || wasNeverSent(answer)
      if (!again || !isTransient(answer) || attempt > rules.retries) throw answer
    } else {
      rules.told('answer', { status: answer.status, headers: answer.headers, body: answer.body })
      const next = nextTarget(target, answer, isSigned)
      if (next !== undefined && redirects > 0) {
        redirects -= 1
        target = next.target
        isSigned = next.isSigned
        continue
      }
      if (signed !== undefined && !isRenewed && saysExpired(answer)) {
        isRenewed = true
        rules.renew(signed.credentials)
        continue
      }
      if (signed !== undefined && !isCorrected && saysWrongTime(answer)) {
        isCorrected = true
        if (rules.correctClock(answer.headers.date, signed.clockOffsetMs)) continue
      }
      const { status } = answer
      const again = status === 429 || status === 503 || (status >= 500 && rules.idempotent)
      if (!again || attempt > rules.retries) return answer
    }
    attempt += 1
    await sleep(pauseBefore(attempt, answer, rules.random))
  }
}

async function exchange(
  { method, url, body }: Target,
  headers: Record<string, string>,
  { http, timeoutMs }: SendRules,
): Promise<HttpResponse | AwsError> {
  try {
    return await http({ method, url, headers, timeoutMs, ...(body === undefined ? {} : { body }) })
  } catch (error) {
    if (error instanceof AwsError) return error
    throw error
  }
}

function isTransient({ code }: AwsError): boolean {
  return code === 'network' || code === 'timeout'
}

const neverConnected: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'EAI_AGAIN',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
])

function wasNeverSent({ cause }: AwsError): boolean {
  return cause instanceof Error && 'code' in cause && neverConnected.has(cause.code)
}

/** Only in AWS's own words: a service may tell of other tokens, after it has done something. */
function saysExpired(answer: HttpResponse): boolean {
  return refuses(answer, expiredCode, expiredBody)
}

function saysWrongTime(answer: HttpResponse): boolean {
  return refuses(answer, timeCode, timeBody)
}

function refuses({ status, headers, body }: HttpResponse, code: RegExp, text: RegExp): boolean {
  if (status !== 400 && status !== 401 && status !== 403) return false
  return code.test(headers['x-amzn-errortype'] ?? '') || text.test(body.slice(0, 4096))
}

/** Random up to 100 ms, doubled each time, or what the service asks for; at most 5 seconds. */
function pauseBefore(
  attempt: number,
  answer: HttpResponse | AwsError,
  random: () => number,
): number {
  const asked = answer instanceof AwsError ? undefined : retryAfterMs(answer.headers)
  return Math.min(maxPauseMs, Math.max(random() * 50 * 2 ** (attempt - 1), asked ?? 0))
}

function bodyText(body: string | Uint8Array | undefined): string | undefined {
  return body instanceof Uint8Array ? Buffer.from(body).toString('utf8') : body
}
