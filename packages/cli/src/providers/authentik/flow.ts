import type { Connection } from '../../connections/connection.ts'
import { Failure } from '../../failure.ts'
import {
  isJsonObject,
  type JsonObject,
  quoted,
  readJson,
  textMember,
  type WebAnswer,
  type WebOptions,
  type WebSession,
} from '../../web/index.ts'
import { browserHint } from '../shared/browser-hint.ts'

/** What a flow wants next: https://docs.goauthentik.io/developer-docs/api/flow-executor/ */
export interface Challenge {
  /** `ak-stage-password`, `xak-flow-redirect`. */
  readonly component: string
  readonly json: JsonObject
  /** What was wrong with the last answer, in authentik's words; undefined when nothing was. */
  readonly error: string | undefined
}

/** A flow under way, which its executor leads through. */
export interface Flow {
  current(): Promise<Challenge>
  answer(
    component: string,
    fields: JsonObject,
    options?: Pick<WebOptions, 'timeoutMs'>,
  ): Promise<Challenge>
}

/** The flow of a page `/if/flow/SLUG/`; undefined for any other page. */
export function flowOf(
  web: WebSession,
  { url }: WebAnswer,
  connection: Connection,
): Flow | undefined {
  const page = new URL(url)
  const [, base, slug] = /^(.*)\/if\/flow\/([\w-]+)\/?$/.exec(page.pathname) ?? []
  if (base === undefined || slug === undefined) return undefined
  const executor = new URL(`${base}/api/v3/flows/executor/${slug}/`, page.origin)
  executor.search = new URLSearchParams({ query: page.search.slice(1) }).toString()
  const accept = { accept: 'application/json' }
  return {
    current: async () => challengeOf(await web.get(executor.href, { headers: accept }), connection),
    async answer(component, fields, options = {}) {
      // Django takes no change without the value of its cookie in a header.
      const csrf = web.cookies.value(executor.href, 'authentik_csrf')
      const headers = { ...accept, ...(csrf === undefined ? {} : { 'x-authentik-csrf': csrf }) }
      const answer = await web.postJson(
        executor.href,
        { component, ...fields },
        { ...options, headers },
      )
      return challengeOf(answer, connection)
    },
  }
}

function challengeOf(answer: WebAnswer, connection: Connection): Challenge {
  const { host } = new URL(answer.url)
  if (answer.location !== undefined) {
    const message = `${host} sends you on to ${new URL(answer.location).host} to sign in`
    throw new Failure('provider', message, browserHint(connection))
  }
  const json = readJson(answer, 'a step of a flow')
  const component = textMember(json, 'component', 100)
  if (answer.status >= 400 || component === undefined) {
    const detail = textMember(json, 'detail', 1000)
    const said = detail === undefined ? '' : `: ${quoted(detail)}`
    const hint = 'check the address: …/application/saml/SLUG/sso/binding/init/'
    throw new Failure(
      'provider',
      `${host} did not go on with the flow (status ${answer.status})${said}`,
      hint,
    )
  }
  return { component, json, error: errorOf(json) }
}

/** The first of `response_errors`: a list of `{ string, code }` for each field. */
function errorOf(json: JsonObject): string | undefined {
  const errors = isJsonObject(json.response_errors) ? Object.values(json.response_errors) : []
  const texts = errors
    .flatMap(list => (Array.isArray(list) ? list : []))
    .map(each => (isJsonObject(each) ? textMember(each, 'string', 2000) : undefined))
  const found = texts.find(text => text !== undefined && text !== '')
  return found === undefined ? undefined : quoted(found)
}
