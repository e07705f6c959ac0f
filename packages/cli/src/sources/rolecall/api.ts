/** Calls to the server's API, as the person who is signed in. */

import type { HttpResponse, HttpSend } from '@rolecall/aws'
import { retryAfterMs } from '@rolecall/aws'
import type { ExitReason } from '../../exit-codes.ts'
import { Failure } from '../../failure.ts'
import { exchange, isRecord, jsonObject, said } from './exchange.ts'
import type { Session } from './session.ts'

/** The API of one server. Paths begin with `/api/v1/`. */
export interface Api {
  get(path: string): Promise<Readonly<Record<string, unknown>>>
  post(path: string): Promise<Readonly<Record<string, unknown>>>
}

/** A list of a thousand accounts with their roles has its place. */
const maxBytes = 16 * 1024 * 1024
/** The server waits for AWS. */
const timeoutMs = 30_000

/**
 * The API at a server's address. A token that is refused is renewed once, then the person signs in again.
 * Its errors become `Failure`s: their words, their hint and the number of the audit event.
 */
export function createApi(url: string, session: Session, send: HttpSend): Api {
  const call = async (method: 'GET' | 'POST', path: string) => {
    let token = await session.accessToken()
    let response = await once(method, path, token)
    for (const signIn of [false, true]) {
      if (response.status !== 401) break
      token = await session.accessToken({ token, signIn })
      response = await once(method, path, token)
    }
    const answer = jsonObject(response.body)
    if (response.status === 200 && answer !== undefined) return answer
    throw failureOf(url, response, answer)
  }
  const once = (method: 'GET' | 'POST', path: string, token: string) =>
    exchange(send, {
      method,
      url: `${url}${path}`,
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${token}`,
        ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
      },
      ...(method === 'POST' ? { body: '{}' } : {}),
      timeoutMs,
      maxBytes,
    })
  return Object.freeze({
    get: (path: string) => call('GET', path),
    post: (path: string) => call('POST', path),
  })
}

/** The exit code of each code of the server (`docs/errors.md`) that says more than its status. */
const reasons: Readonly<Record<string, ExitReason>> = {
  'not-signed-in': 'signInRefused',
  'signin-refused': 'signInRefused',
  'access-refused': 'noRole',
  'form-refused': 'noRole',
  'not-found': 'noRole',
  'gateway-credentials': 'credentials',
  'aws-refused': 'credentials',
  'session-refused': 'credentials',
  'session-too-large': 'credentials',
  'aws-unreachable': 'credentials',
  'too-many-requests': 'refused',
  'audit-unavailable': 'network',
  'store-unavailable': 'network',
  'directory-unavailable': 'network',
  'provider-unavailable': 'network',
}

function failureOf(
  url: string,
  response: HttpResponse,
  answer: Readonly<Record<string, unknown>> | undefined,
): Failure {
  const { host } = new URL(url)
  const { status } = response
  const error = isRecord(answer?.error) ? answer.error : undefined
  const code = typeof error?.code === 'string' ? error.code.slice(0, 100) : undefined
  const message = said(error?.message)
  if (code === undefined || message === undefined) {
    const isAway = status === 502 || status === 503 || status === 504
    return new Failure(
      isAway ? 'network' : 'provider',
      `${host} answered with status ${status} and nothing that its API says`,
      isAway
        ? 'try again in a minute; the proxy in front of the server does not reach it'
        : 'check that no proxy or portal answers in its place, and that the server is of this version',
    )
  }
  const event = said(error?.eventId)
  const waitMs = retryAfterMs(response.headers)
  const hints = [
    said(error?.hint),
    waitMs === undefined ? undefined : `wait ${Math.ceil(waitMs / 1000)} s`,
    event === undefined ? undefined : `event ${event}`,
  ].filter(hint => hint !== undefined)
  const reason = Object.hasOwn(reasons, code) ? reasons[code] : undefined
  return new Failure(
    reason ?? (status >= 500 ? 'provider' : 'refused'),
    `${host}: ${message} (${code})`,
    hints.length === 0 ? undefined : hints.join('; '),
  )
}
