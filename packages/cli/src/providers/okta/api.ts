import type { Connection } from '../../connections/connection.ts'
import { Failure } from '../../failure.ts'
import {
  isJsonObject,
  type JsonObject,
  jsonObject,
  quoted,
  textMember,
  type WebAnswer,
  type WebSession,
} from '../../web/index.ts'
import type { SignInParts } from '../provider.ts'
import { browserHint } from '../shared/browser-hint.ts'

/** One state of a sign-in: https://developer.okta.com/docs/reference/api/authn/#transaction-state */
export interface Transaction {
  readonly status: string
  readonly stateToken: string | undefined
  readonly sessionToken: string | undefined
  /** Of a factor that is under way: `WAITING`, `REJECTED`, `TIMEOUT`. */
  readonly factorResult: string | undefined
  readonly embedded: JsonObject
  /** Where a link leads, on Okta's own host. */
  link(name: string): string | undefined
}

/** What Okta said no to: its code and its words. */
export interface Refusal {
  readonly code: string
  readonly message: string
}

/** Okta's Authentication API (classic). */
export interface OktaApi {
  readonly origin: string
  /** Posts to a path or a link. Throws `Failure` for what no other answer of the person would change. */
  post(
    to: string,
    body: JsonObject,
  ): Promise<{ readonly transaction: Transaction } | { readonly refusal: Refusal }>
  /** `post` where no refusal is expected. */
  next(to: string, body: JsonObject): Promise<Transaction>
  /** Whether the organization runs Okta Identity Engine. */
  isIdentityEngine(): Promise<boolean>
}

/** Codes that another password or another factor answer may change. */
const answerable = ['E0000004', 'E0000068']
const longestWaitMs = 60_000

export function createOktaApi(
  connection: Connection,
  { now, sleep, ask }: Pick<SignInParts, 'now' | 'sleep' | 'ask'>,
  web: WebSession,
): OktaApi {
  const { origin, host } = new URL(connection.url)

  async function exchange(to: string, body: JsonObject): Promise<WebAnswer> {
    const url = new URL(to, origin)
    // State tokens and passwords are for Okta alone.
    if (url.origin !== origin)
      throw new Failure(
        'provider',
        `${host} leads to ${url.host} within a sign-in: nothing was sent there`,
      )
    return await web.postJson(url.href, body, { headers: { accept: 'application/json' } })
  }

  async function patiently(to: string, body: JsonObject): Promise<WebAnswer> {
    const answer = await exchange(to, body)
    if (answer.status !== 429) return answer
    const until = Number(answer.headers['x-rate-limit-reset']) * 1000
    const waitMs = until - now().getTime() + 1000
    if (!(waitMs > 0 && waitMs <= longestWaitMs)) return answer
    ask.tell(`Okta takes no more attempts for ${Math.ceil(waitMs / 1000)} s; waiting`)
    await sleep(waitMs)
    return await exchange(to, body)
  }

  const post: OktaApi['post'] = async (to, body) => {
    const answer = await patiently(to, body)
    const json = jsonObject(answer.body)
    const code = json === undefined ? undefined : textMember(json, 'errorCode', 32)
    if (json !== undefined && code === undefined && answer.status < 400) {
      return { transaction: transactionOf(json, origin) }
    }
    if (json === undefined || code === undefined) {
      const message = `${host} did not answer as Okta's Authentication API does (status ${answer.status})`
      throw new Failure('provider', message, browserHint(connection))
    }
    const message = messageOf(json)
    if (answerable.includes(code)) return { refusal: { code, message } }
    throw await failureOf(code, message)
  }

  async function failureOf(code: string, message: string): Promise<Failure> {
    const said = `Okta: ${message} (${code})`
    if (code === 'E0000047')
      return new Failure('signInRefused', said, 'wait a minute and try again')
    if (code === 'E0000069')
      return new Failure('signInRefused', said, 'ask whoever runs Okta to unlock your account')
    if (code === 'E0000011')
      return new Failure('signInRefused', said, 'the sign-in took too long: try again')
    if (await isIdentityEngine()) return identityEngine(connection, said)
    return new Failure('provider', said, browserHint(connection))
  }

  async function isIdentityEngine(): Promise<boolean> {
    const answer = await web.get(`${origin}/.well-known/okta-organization`, {
      headers: { accept: 'application/json' },
    })
    return jsonObject(answer.body)?.pipeline === 'idx'
  }

  return {
    ...{ origin, post, isIdentityEngine },
    async next(to, body) {
      const answer = await post(to, body)
      if ('transaction' in answer) return answer.transaction
      const { code, message } = answer.refusal
      throw new Failure('mfaRefused', `Okta: ${message} (${code})`)
    },
  }
}

/** Okta Identity Engine, whose sign-ins are for browsers. */
export function identityEngine(connection: Connection, said: string): Failure {
  return new Failure(
    'provider',
    `${said}: this organization runs Okta Identity Engine, which asks for more than the classic API can answer`,
    browserHint(connection),
  )
}

function messageOf(json: JsonObject): string {
  const causes = Array.isArray(json.errorCauses) ? json.errorCauses.filter(isJsonObject) : []
  const cause = causes.map(each => textMember(each, 'errorSummary')).find(text => text)
  return quoted(cause ?? textMember(json, 'errorSummary') ?? 'it gives no reason')
}

/** A transaction of an answer's JSON. */
export function transactionOf(json: JsonObject, origin: string): Transaction {
  const links = isJsonObject(json._links) ? json._links : {}
  return {
    status: textMember(json, 'status', 64) ?? '',
    stateToken: textMember(json, 'stateToken', 10_000),
    sessionToken: textMember(json, 'sessionToken', 10_000),
    factorResult: textMember(json, 'factorResult', 64),
    embedded: isJsonObject(json._embedded) ? json._embedded : {},
    link: name => hrefOf(links[name], origin),
  }
}

/** The address of a link, or of the first of several. */
export function hrefOf(link: unknown, origin: string): string | undefined {
  const first: unknown = Array.isArray(link) ? link[0] : link
  const href = isJsonObject(first) ? textMember(first, 'href', 10_000) : undefined
  return href === undefined ? undefined : (URL.parse(href, origin)?.href ?? undefined)
}
