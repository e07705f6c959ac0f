import { Failure } from '../../failure.ts'
import {
  type JsonObject,
  jsonObject,
  notUnderstood,
  textMember,
  type WebSession,
} from '../../web/index.ts'

/** An answer of the console's API: JSON, and nothing else is taken for one. */
export interface ConsoleAnswer {
  readonly status: number
  readonly json: JsonObject | undefined
  readonly body: string
  /** Where a redirect leads; none is followed. */
  readonly location: string | undefined
  readonly headers: Readonly<Record<string, string>>
}

/** The API behind the user console; paths begin below `/userconsole`. */
export interface JumpCloudConsole {
  readonly origin: string
  readonly host: string
  /** The token that it has, for the next command: reading needs no newer one. */
  readonly token: () => string | undefined
  get(path: string): Promise<ConsoleAnswer>
  post(path: string, body: unknown): Promise<ConsoleAnswer>
}

/** The token lives for about 15 minutes; a new one is taken in time. */
const tokenMs = 10 * 60 * 1000

/** Calls carry the token of `/userconsole/xsrf` and the two cookies that came with it. */
export function createConsole(
  session: WebSession,
  origin: string,
  options: { readonly now: () => Date; readonly keptToken?: string | undefined },
): JumpCloudConsole {
  const { now, keptToken } = options
  const { host } = new URL(origin)
  let token = keptToken === undefined ? undefined : { text: keptToken, at: 0 }

  async function tokenText(isToChange: boolean): Promise<string> {
    if (token !== undefined && !(isToChange && now().getTime() - token.at >= tokenMs)) {
      return token.text
    }
    const answer = answerOf(
      await session.get(`${origin}/userconsole/xsrf`, { headers, redirects: 'none' }),
    )
    const text = answer.json === undefined ? undefined : textMember(answer.json, 'xsrf', 1024)
    if (text === undefined || !/^[\x21-\x7e]+$/.test(text)) throw noToken(host, answer)
    token = { text, at: now().getTime() }
    return text
  }

  async function call(path: string, body?: { readonly value: unknown }): Promise<ConsoleAnswer> {
    const url = `${origin}/userconsole${path}`
    const options = async () => ({
      headers: { ...headers, 'x-xsrftoken': await tokenText(body !== undefined) },
      redirects: 'none' as const,
    })
    return answerOf(
      body === undefined
        ? await session.get(url, await options())
        : await session.postJson(url, body.value, await options()),
    )
  }

  return Object.freeze({
    origin,
    host,
    token: () => token?.text,
    get: (path: string) => call(path),
    async post(path: string, value: unknown) {
      const answer = await call(path, { value })
      // A token that has gone stale on their side: once more with a new one.
      if (answer.status !== 403 || !/[xc]srf/i.test(answer.body)) return answer
      token = undefined
      return await call(path, { value })
    },
  })
}

const headers = Object.freeze({
  accept: 'application/json',
  'x-requested-with': 'XMLHttpRequest',
})

function answerOf(answer: Omit<ConsoleAnswer, 'json'>): ConsoleAnswer {
  const { status, body, location, headers: given } = answer
  return { status, json: jsonObject(body), body, location, headers: given }
}

/** A page instead of JSON, or an error of the service: nothing of it is the person's fault. */
export function outage(host: string, { status, body, headers: given }: ConsoleAnswer): Failure {
  if (status === 429) {
    const after = /^\d{1,5}$/.test(given['retry-after'] ?? '') ? given['retry-after'] : undefined
    const when = after === undefined ? 'in a few minutes' : `in ${after} seconds`
    return new Failure('provider', `${host} wants fewer sign-ins`, `try again ${when}`)
  }
  const form = /^\s*</.test(body) ? 'a web page' : 'something else'
  return notUnderstood(
    host,
    `there should be JSON, there is ${form} (status ${status})`,
    'JumpCloud may have an outage (https://status.jumpcloud.com), or a firewall or proxy answers in its place',
  )
}

function noToken(host: string, answer: ConsoleAnswer): Failure {
  if (answer.json === undefined || answer.status >= 400) return outage(host, answer)
  return notUnderstood(host, 'there should be a token for the sign-in')
}
