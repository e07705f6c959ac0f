import type { CredentialSource, Credentials } from '../credentials/credentials.ts'
import { staticCredentials } from '../credentials/static.ts'
import { AwsError } from '../errors.ts'
import { formType } from '../http/form.ts'
import type { HttpResponse } from '../http/http.ts'
import { httpSend } from '../http/http-send.ts'
import { withRetries } from '../http/with-retries.ts'
import { signRequest } from '../sigv4/sign-request.ts'
import { createSigningClock, sendInTime } from '../sigv4/signing-clock.ts'
import { createEndpointOrder, isRegionFault } from './endpoint-order.ts'
import { type QueryValue, queryBody, readQueryAnswer } from './query-protocol.ts'
import type { StsResult } from './read-results.ts'
import type { StsEndpoint } from './sts-endpoint.ts'
import type { StsClientOptions } from './types.ts'

const version = '2011-06-15'
const defaultTimeoutMs = 10_000
const maxAnswerBytes = 256 * 1024

/** One call of STS. */
export interface StsCall {
  readonly action: string
  readonly parameters: Readonly<Record<string, QueryValue>>
  /** Default: signed with the client's credentials. */
  readonly unsigned?: boolean
  /** For the first attempt, of who has just asked for them. */
  readonly first?: Credentials | undefined
  /** Parameters that no error may repeat. */
  readonly secrets?: readonly (string | undefined)[]
  /** Milliseconds; default: those of the options. */
  readonly timeoutMs?: number
}

/** A call and the credentials of each of its attempts. */
interface ReadyCall extends StsCall {
  readonly credentials: () => Promise<Credentials | undefined>
}

/** Makes calls: signs, repeats, sets the clock right, fails over. */
export interface StsCaller {
  readonly timeoutMs: number
  readonly clockOffsetMs: () => number
  credentialsFor(action: string): Promise<Credentials>
  call(call: StsCall): Promise<StsResult>
}

/** A failure of the source: STS has not failed, and is not to be asked again for it. */
class SourceFailure extends Error {}

export function createStsCaller(options: StsClientOptions): StsCaller {
  const endpoints = createEndpointOrder(options)
  const source = sourceOf(options.credentials)
  const http = options.http ?? httpSend
  const clock = createSigningClock(options.now ?? (() => new Date()), options.onClockCorrected)
  const mayCorrectClock = options.correctClock ?? true
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs

  async function credentialsFor(action: string): Promise<Credentials> {
    if (source === undefined) {
      throw new AwsError('no_credentials', `${action} needs credentials, and the client has none`)
    }
    return await source.get()
  }

  async function call(given: StsCall): Promise<StsResult> {
    const asked = await withFirstCredentials(given)
    const deadline = performance.now() + (asked.timeoutMs ?? timeoutMs)
    const leftMs = () => Math.max(1, deadline - performance.now())
    const [first, second] = endpoints.now()
    try {
      if (second === undefined) return await callAt(first, asked, leftMs())
      try {
        return await callAt(first, asked, leftMs() / 2)
      } catch (error) {
        if (!isRegionFault(error)) throw error
        return await callAt(second, asked, leftMs()).catch((again: unknown) => {
          throw bothFailed(error, first, again, second)
        })
      }
    } catch (error) {
      throw error instanceof SourceFailure ? error.cause : error
    }
  }

  /** Got before the time of the call begins: a source may ask a person for the code of a device. */
  async function withFirstCredentials(asked: StsCall): Promise<ReadyCall> {
    if (asked.unsigned) return { ...asked, credentials: async () => undefined }
    let first: Credentials | undefined = asked.first ?? (await credentialsFor(asked.action))
    const credentials = async () => {
      const ready = first
      // Those of the moment for each further attempt.
      first = undefined
      return ready ?? (await credentialsFor(asked.action))
    }
    return { ...asked, credentials }
  }

  async function callAt(
    endpoint: StsEndpoint,
    asked: ReadyCall,
    budgetMs: number,
  ): Promise<StsResult> {
    const body = queryBody(asked.action, version, asked.parameters)
    try {
      const answer = await withRetries(
        leftMs => attempt(endpoint, asked, body, leftMs),
        budgetMs,
        options.retry,
      )
      endpoints.answered(endpoint)
      return { ...answer, region: endpoint.signingRegion }
    } catch (error) {
      if (isRegionFault(error)) endpoints.failed(endpoint)
      throw error
    }
  }

  async function attempt(endpoint: StsEndpoint, asked: ReadyCall, body: string, budgetMs: number) {
    const deadline = performance.now() + budgetMs
    const credentials = await asked.credentials().catch((cause: unknown) => {
      throw new SourceFailure('the source of credentials failed', { cause })
    })
    const secrets = [...(asked.secrets ?? []), ...secretsOf(credentials)]
    const send = () =>
      http({
        method: 'POST',
        url: endpoint.url,
        headers: headersFor(endpoint, body, credentials),
        body,
        timeoutMs: Math.max(1, Math.ceil(deadline - performance.now())),
        maxBytes: maxAnswerBytes,
      })
    const read = (response: HttpResponse) => readAnswer(asked, response, secrets)
    if (!mayCorrectClock || credentials === undefined) return read(await send())
    return await sendInTime(clock, send, read)
  }

  function headersFor(endpoint: StsEndpoint, body: string, credentials: Credentials | undefined) {
    const headers = { 'content-type': formType, accept: 'text/xml' }
    if (credentials === undefined) return headers
    return signRequest(
      { method: 'POST', url: endpoint.url, headers, body },
      { credentials, region: endpoint.signingRegion, service: 'sts', now: clock.now() },
    )
  }

  return { timeoutMs, clockOffsetMs: () => clock.offsetMs, credentialsFor, call }
}

function readAnswer(asked: StsCall, response: HttpResponse, secrets: (string | undefined)[]) {
  return readQueryAnswer(
    asked.action,
    response,
    secrets.filter(secret => secret !== undefined),
  )
}

/** What of the credentials must not come back in an error. */
function secretsOf(credentials: Credentials | undefined): (string | undefined)[] {
  return [credentials?.secretAccessKey, credentials?.sessionToken]
}

/** The second error, which also tells of the first: else it seems to come from nowhere. */
function bothFailed(
  before: AwsError,
  first: StsEndpoint,
  error: unknown,
  second: StsEndpoint,
): unknown {
  if (!(error instanceof AwsError)) return error
  const { code, message, status, requestId, fault, retryAfterMs, cause } = error
  return new AwsError(
    code,
    `${message} (from ${second.signingRegion}, asked after ${first.signingRegion} failed: ${before.code})`,
    { status, requestId, fault, retryAfterMs, cause },
  )
}

function sourceOf(given: CredentialSource | Credentials | undefined): CredentialSource | undefined {
  if (given === undefined) return undefined
  return 'get' in given ? given : staticCredentials(given)
}
