/** The token endpoint of the server (RFC 6749, section 5; RFC 8628, section 3.5; RFC 7009). */
import { type HttpResponse, type HttpSend, retryAfterMs } from '@rolecall/aws'
import { Failure } from '../../failure.ts'
import { exchange, jsonObject, said } from './exchange.ts'
import { clientId } from './oauth-server.ts'

/** What a sign-in or a refresh gave. */
export interface Tokens {
  readonly accessToken: string
  /** Seconds from now. */
  readonly expiresIn: number
  /** Works once: the next refresh gives another. */
  readonly refreshToken: string | undefined
  readonly idToken: string | undefined
}

/** An error that the endpoint answered with; the code is of the RFCs. */
export interface TokenError {
  readonly error: string
  readonly description: string | undefined
}

/**
 * Sends a grant. Gives the tokens or the endpoint's error; throws `Failure` `network`, `provider`, or
 * `refused` when it is asked too often.
 */
export async function askForTokens(
  tokenEndpoint: string,
  fields: Readonly<Record<string, string>>,
  send: HttpSend,
): Promise<Tokens | TokenError> {
  const response = await post(tokenEndpoint, fields, send)
  const { status, body } = response
  const answer = jsonObject(body)
  if (status >= 400 && typeof answer?.error === 'string') {
    return { error: answer.error.slice(0, 100), description: said(answer.error_description) }
  }
  const accessToken = tokenIn(answer?.access_token)
  const isBearer = String(answer?.token_type ?? '').toLowerCase() === 'bearer'
  if (status !== 200 || answer === undefined || accessToken === undefined || !isBearer) {
    throw noAnswerOf(tokenEndpoint, response)
  }
  const seconds = Number(answer.expires_in ?? 300)
  return Object.freeze({
    accessToken,
    expiresIn: Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), 86_400) : 300,
    refreshToken: tokenIn(answer.refresh_token),
    idToken: tokenIn(answer.id_token),
  })
}

/** Ends a token and all that came of its sign-in (RFC 7009). False when the server did not take it. */
export async function revokeToken(
  endpoint: string,
  token: string,
  send: HttpSend,
): Promise<boolean> {
  const fields = { token, token_type_hint: 'refresh_token' }
  const { status } = await post(endpoint, fields, send)
  return status === 200
}

/** A form to an endpoint of the server, as the public client that the command is. */
export async function post(
  url: string,
  fields: Readonly<Record<string, string>>,
  send: HttpSend,
): Promise<HttpResponse> {
  return await exchange(send, {
    method: 'POST',
    url,
    headers: {
      accept: 'application/json',
      'user-agent': `rolecall (${process.platform})`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({ client_id: clientId, ...fields }).toString(),
    maxBytes: 65_536,
  })
}

/** The end of a sign-in that the server refused with an error of RFC 6749, section 4.1.2.1 or 5.2. */
export function refusedSignIn({ error, description }: TokenError): Failure {
  if (error === 'access_denied') {
    return new Failure(
      'signInRefused',
      'the sign-in was refused in the browser',
      'run the command again and allow it there',
    )
  }
  const words = description === undefined ? error : `${description} (${error})`
  const isServers = error === 'server_error' || error === 'temporarily_unavailable'
  return new Failure(
    isServers ? 'provider' : 'signInRefused',
    `the server refused the sign-in: ${words}`,
    isServers ? 'try again in a minute' : 'run the command again, or ask an administrator',
  )
}

/** The failure for an answer of an endpoint that is none of OAuth. */
export function noAnswerOf(
  url: string,
  { status, headers }: Pick<HttpResponse, 'status' | 'headers'>,
): Failure {
  const { host } = new URL(url)
  if (status === 429) {
    const waitMs = retryAfterMs(headers) ?? 60_000
    return new Failure(
      'refused',
      `${host} is asked too often from this network`,
      `wait ${Math.ceil(waitMs / 1000)} s, and run the command again`,
    )
  }
  if (status === 502 || status === 503 || status === 504) {
    return new Failure(
      'network',
      `${host} cannot answer now (status ${status})`,
      'try again in a minute',
    )
  }
  return new Failure(
    'provider',
    `${host} answered with status ${status} and something that is not of OAuth`,
    'check that no proxy or portal answers in its place, and that the server is of this version',
  )
}

function tokenIn(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\x21-\x7e]{1,16384}$/.test(value) ? value : undefined
}
