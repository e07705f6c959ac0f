/** authentik: its flows, stage by stage, through the API of its flow executor. */
import type { Connection } from '../../connections/connection.ts'
import { mfaNames } from '../../connections/providers.ts'
import { Failure } from '../../failure.ts'
import {
  findSamlForm,
  quoted,
  readPage,
  textMember,
  type WebAnswer,
  type WebSession,
} from '../../web/index.ts'
import type { Assertion, Provider, SignInParts } from '../provider.ts'
import { browserHint } from '../shared/browser-hint.ts'
import { createCodes } from '../shared/codes.ts'
import { openKeptSession } from '../shared/kept-session.ts'
import { createLogins } from '../shared/logins.ts'
import { assertionOf, hindrance } from './ends.ts'
import { type Challenge, type Flow, flowOf } from './flow.ts'
import { consent, identification, password, userLogin } from './login-stages.ts'
import type { AuthentikSignIn, Stage } from './stage.ts'
import { authenticatorValidate } from './validate-stage.ts'

const stages: ReadonlyMap<string, Stage> = new Map([
  ['ak-stage-identification', identification],
  ['ak-stage-password', password],
  ['ak-stage-authenticator-validate', authenticatorValidate],
  ['ak-stage-user-login', userLogin],
  ['ak-stage-consent', consent],
])

/** Flows of one sign-in, and stages of a flow: more are a loop. */
const maxFlows = 8
const maxStages = 30

/** `provider = Authentik`; `url` is the application's address for SSO: …/application/saml/SLUG/sso/binding/init/ */
export const authentik: Provider = Object.freeze({
  mfa: mfaNames.Authentik,
  async signIn(connection: Connection, parts: SignInParts): Promise<Assertion> {
    const session = await openKeptSession(connection, parts)
    const logins = createLogins(parts)
    const signIn = { connection, parts, logins, codes: createCodes(connection, parts.ask) }
    const assertion = await throughFlows(signIn, session.web)
    await session.keep(logins.username())
    return assertion
  },
  async signOut(connection: Connection, parts: SignInParts): Promise<void> {
    const session = await openKeptSession(connection, parts)
    try {
      if (!session.isResumed) return
      const { origin } = new URL(connection.url)
      const page = await session.web.get(`${origin}/flows/-/default/invalidation/`)
      await flowOf(session.web, page, connection)?.current()
    } finally {
      await session.forget()
    }
  },
})

async function throughFlows(signIn: AuthentikSignIn, web: WebSession): Promise<Assertion> {
  let page = await web.get(signIn.connection.url)
  for (let count = 0; count < maxFlows; count++) {
    const flow = flowOf(web, page, signIn.connection)
    if (flow === undefined) return responseOf(signIn, page)
    const end = await throughStages(signIn, flow)
    if (end.component === 'ak-stage-autosubmit') return responseIn(signIn, end)
    page = await follow(signIn, web, page, textMember(end.json, 'to', 10_000) ?? '')
  }
  throw new Failure(
    'provider',
    'authentik leads from one flow to the next without an end',
    browserHint(signIn.connection),
  )
}

async function throughStages(signIn: AuthentikSignIn, flow: Flow): Promise<Challenge> {
  let challenge = await flow.current()
  let answered: string | undefined
  for (let count = 0; count < maxStages; count++) {
    const { component, error } = challenge
    if (component === 'xak-flow-redirect' || component === 'ak-stage-autosubmit') return challenge
    const stage = stages.get(component)
    if (stage === undefined) throw hindrance(signIn, challenge)
    if (component === answered && error === undefined) {
      const message = `authentik shows ${component} again and does not say why`
      throw new Failure('provider', message, browserHint(signIn.connection))
    }
    answered = component
    challenge = await stage(signIn, flow, challenge)
  }
  throw new Failure(
    'provider',
    'authentik has one stage after the other without an end',
    browserHint(signIn.connection),
  )
}

/** Where a flow ends: the application again, or the next flow. */
async function follow(
  { connection }: AuthentikSignIn,
  web: WebSession,
  from: WebAnswer,
  to: string,
) {
  const next = URL.parse(to, from.url)
  const here = new URL(from.url)
  if (next === null || next.origin !== here.origin) {
    const message = `${here.host} sends you on to ${next?.host ?? 'elsewhere'}`
    throw new Failure('provider', message, browserHint(connection))
  }
  return await web.get(next.href)
}

function responseIn({ connection }: AuthentikSignIn, end: Challenge): Assertion {
  const assertion = assertionOf(end)
  if (assertion !== undefined) return assertion
  throw new Failure(
    'provider',
    'authentik ends without a SAML response for AWS',
    browserHint(connection),
  )
}

/** A page that is no flow's: the response itself, or something else. */
function responseOf({ connection }: AuthentikSignIn, answer: WebAnswer): Assertion {
  const found = findSamlForm(answer.body, answer.url)
  if (found !== undefined) return found
  const { host } = new URL(answer.url)
  if (answer.location !== undefined) {
    const message = `${host} sends you on to ${new URL(answer.location).host} to sign in`
    throw new Failure('provider', message, browserHint(connection))
  }
  const { title } = readPage(answer.body, answer.url)
  throw new Failure(
    'provider',
    `${host} shows no flow of authentik (status ${answer.status})${title === '' ? '' : `: "${quoted(title)}"`}`,
    'check the address: …/application/saml/SLUG/sso/binding/init/',
  )
}
