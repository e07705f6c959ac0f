import { randomBytes } from 'node:crypto'
import { cookie, type Incoming, type Outgoing, redirect } from '../http/exchange.ts'
import { html, pageResponse } from '../http/html.ts'
import { jsonAnswer, jsonBody } from '../http/json.ts'
import { isPassword } from '../idp/password.ts'
import { awsAcs, awsResponse } from '../tenants/aws-response.ts'
import type { TenantState } from '../tenants/state.ts'
import { createTimedStore } from '../tenants/timed-store.ts'
import { createKeyChecks } from '../tenants/webauthn.ts'
import type { AuthentikPerson, LoadedAuthentik } from './loaded.ts'
import {
  authorizationFlow,
  type BrowserSession,
  deviceChallenges,
  invalidationFlow,
  type Plan,
  planOf,
} from './plan.ts'

const sessionMs = 14 * 24 * 3600_000
const style = 'body{font-family:sans-serif;max-width:28rem;margin:4rem auto}'
type Body = Readonly<Record<string, unknown>>
type Errors = Readonly<Record<string, string>>

/** The simulated authentik; undefined for paths that are not its. */
export function createAuthentik(
  state: TenantState,
  authentik: LoadedAuthentik,
): (request: Incoming) => Outgoing | undefined {
  const { origin, hostname } = new URL(state.identity.url)
  const sessions = createTimedStore<BrowserSession>(state.now, sessionMs)
  const usedCodes = new Set<string>()
  const keys = createKeyChecks()
  const application = `/application/saml/${authentik.application}/sso/binding/init/`

  return request => {
    const { path } = request
    const [, slug] = /^\/if\/flow\/([\w-]+)\/$/.exec(path) ?? []
    if (slug !== undefined) return flowPage()
    const [, executed] = /^\/api\/v3\/flows\/executor\/([\w-]+)\/$/.exec(path) ?? []
    if (executed !== undefined) return execute(request, executed)
    if (path === '/flows/-/default/authentication/') return toFlow(authentik.flow, request.query)
    if (path === '/flows/-/default/invalidation/') return toFlow(invalidationFlow, '')
    if (path === application) return openApplication(request)
    return path.startsWith('/application/') || path.startsWith('/api/v3/') ? notFound() : undefined
  }

  function flowPage(): Outgoing {
    return pageResponse({
      title: 'authentik',
      style,
      body: html`<ak-flow-executor></ak-flow-executor>`,
    })
  }

  function toFlow(slug: string, query: string): Outgoing {
    return redirect(302, `/if/flow/${slug}/${query === '' ? '' : `?${query}`}`)
  }

  function notFound(): Outgoing {
    return pageResponse({
      status: 404,
      title: 'Not Found - authentik',
      style,
      body: html`<h1>Not Found</h1>`,
    })
  }

  function openApplication(request: Incoming): Outgoing {
    const session = sessions.find(cookie(request, 'authentik_session'))
    if (session?.person === undefined) {
      return redirect(
        302,
        `/flows/-/default/authentication/?next=${encodeURIComponent(application)}`,
      )
    }
    session.plan = { ...planOf(authorizationFlow, authentik), person: session.person }
    return toFlow(authorizationFlow, '')
  }

  function execute(request: Incoming, slug: string): Outgoing {
    if (![authentik.flow, authorizationFlow, invalidationFlow].includes(slug)) {
      return jsonAnswer(404, { detail: 'No Flow matches the given query.' })
    }
    const known = cookie(request, 'authentik_session')
    const session = sessions.find(known) ?? {
      csrf: randomBytes(16).toString('hex'),
      plan: undefined,
      person: undefined,
    }
    const headers = sessions.find(known) === undefined ? { 'set-cookie': cookiesOf(session) } : {}
    if (slug === invalidationFlow) {
      sessions.close(known ?? '')
      return jsonAnswer(200, { component: 'xak-flow-redirect', to: '/' })
    }
    if (session.plan?.slug !== slug)
      session.plan = { ...planOf(slug, authentik), person: session.person }
    const { plan } = session
    if (request.method !== 'POST') return withHeaders(next(session, plan, request), headers)
    if (request.headers['x-authentik-csrf'] !== session.csrf) {
      return jsonAnswer(403, { detail: 'CSRF Failed: CSRF token missing.' })
    }
    const errors = answer(session, plan, jsonBody(request) ?? {})
    if (errors === 'denied') return withHeaders(denied(plan), headers)
    if (errors !== undefined) return withHeaders(challenge(plan, errors), headers)
    plan.stages.shift()
    // The next stage is at the same address.
    return withHeaders(redirect(302, request.target), headers)
  }

  function cookiesOf(session: BrowserSession): readonly string[] {
    return [
      `authentik_session=${sessions.open(session)}; HttpOnly; Path=/; SameSite=None; Secure`,
      `authentik_csrf=${session.csrf}; Path=/; SameSite=Lax; Secure`,
    ]
  }

  function withHeaders(outgoing: Outgoing, headers: Outgoing['headers']): Outgoing {
    return { ...outgoing, headers: { ...outgoing.headers, ...headers } }
  }

  /** The challenge of the stage at hand, past those that have nothing to ask. */
  function next(session: BrowserSession, plan: Plan, request: Incoming): Outgoing {
    for (;;) {
      const [stage] = plan.stages
      const { person } = plan
      const isEmpty =
        (stage === 'extra' && person?.authentik.stage === undefined) ||
        (stage === 'validate' &&
          (person === undefined || deviceChallenges(person, '', hostname).length === 0)) ||
        (stage === 'login' && !authentik.rememberMe)
      if (stage === 'login') session.person = person
      if (stage === undefined) return done(plan, session, request)
      if (!isEmpty) return challenge(plan)
      plan.stages.shift()
    }
  }

  function done({ person }: Plan, session: BrowserSession, request: Incoming): Outgoing {
    session.plan = undefined
    session.person = person
    const query = new URLSearchParams(new URLSearchParams(request.query).get('query') ?? '')
    return jsonAnswer(200, { component: 'xak-flow-redirect', to: query.get('next') ?? '/if/user/' })
  }

  function denied({ person }: Plan): Outgoing {
    const error_message = person?.authentik.denied
    return jsonAnswer(200, { component: 'ak-stage-access-denied', error_message })
  }

  function challenge(plan: Plan, errors?: Errors): Outgoing {
    const list = Object.entries(errors ?? {}).map(([field, string]) => [
      field,
      [{ string, code: 'invalid' }],
    ])
    const response_errors =
      errors === undefined ? {} : { response_errors: Object.fromEntries(list) }
    const flow_info = {
      title: 'Welcome to authentik!',
      cancel_url: '/flows/-/cancel/',
      layout: 'stacked',
    }
    return jsonAnswer(200, { flow_info, ...challengeOf(plan), ...response_errors })
  }

  function challengeOf(plan: Plan): Body {
    const { person, stages } = plan
    const pending_user = plan.username
    switch (stages[0]) {
      case 'identification':
        return {
          component: 'ak-stage-identification',
          user_fields: authentik.sourcesOnly ? [] : ['username', 'email'],
          password_fields: authentik.passwordField,
          sources: authentik.sources.map(name => ({
            name,
            challenge: { component: 'xak-flow-redirect', to: '/source/' },
          })),
          captcha_stage: authentik.captcha
            ? { js_url: 'https://captcha.example/a.js', site_key: 'k', interactive: true }
            : null,
          primary_action: 'Log in',
        }
      case 'password':
        return { component: 'ak-stage-password', pending_user }
      case 'validate':
        plan.challenge = keys.challenge()
        return {
          ...{
            component: 'ak-stage-authenticator-validate',
            pending_user,
            configuration_stages: [],
          },
          device_challenges:
            person === undefined ? [] : deviceChallenges(person, plan.challenge, hostname),
        }
      case 'login':
        return { component: 'ak-stage-user-login', pending_user }
      case 'consent':
        plan.token = randomBytes(8).toString('hex')
        return {
          ...{ component: 'ak-stage-consent', header_text: 'You are about to sign into AWS.' },
          ...{ permissions: [{ id: 'email', name: 'Email address' }], token: plan.token },
        }
      case 'autosubmit':
        return {
          ...{ component: 'ak-stage-autosubmit', title: 'Redirecting to AWS...', url: awsAcs },
          attrs: person === undefined ? {} : { SAMLResponse: awsResponse(state, person) },
        }
      default:
        return {
          component: person?.authentik.stage ?? 'ak-stage-flow-error',
          request_id: 'simulated',
        }
    }
  }

  /** Takes the answer to a stage: what is wrong with it by its field. */
  function answer(session: BrowserSession, plan: Plan, body: Body): Errors | 'denied' | undefined {
    switch (plan.stages[0]) {
      case 'identification':
        plan.username = textOf(body.uid_field)
        if (authentik.passwordField) return checkPassword(plan, body, 'non_field_errors')
        // Whether there is such a person is told after the password.
        return plan.username === ''
          ? { non_field_errors: 'No identification data provided.' }
          : undefined
      case 'password':
        return checkPassword(plan, body, 'password')
      case 'validate':
        return checkDevice(plan, body)
      case 'login':
        session.person = plan.person
        return typeof body.remember_me === 'boolean'
          ? undefined
          : { remember_me: 'This field is required.' }
      case 'consent':
        return body.token === plan.token
          ? undefined
          : { token: 'Invalid consent token, re-showing prompt' }
      default:
        return { non_field_errors: 'Empty response' }
    }
  }

  function checkPassword(plan: Plan, body: Body, field: string): Errors | 'denied' | undefined {
    const known = authentik.people.get(plan.username)
    if (!isPassword(textOf(body.password), known?.person) || known === undefined) {
      return { [field]: field === 'password' ? 'Invalid password' : 'Failed to authenticate.' }
    }
    plan.person = known
    return known.authentik.denied === undefined ? undefined : 'denied'
  }

  function checkDevice({ person, challenge: expected }: Plan, body: Body): Errors | undefined {
    if (person === undefined) return { non_field_errors: 'Empty response' }
    if (typeof body.code === 'string') {
      const message =
        'Invalid Token. Please ensure the time on your device is accurate and try again.'
      return isCode(person, body.code) ? undefined : { code: message }
    }
    if (body.duo !== undefined) {
      return person.authentik.duo === 'allow' ? undefined : { duo: 'Duo denied access' }
    }
    const webauthn = objectOf(body.webauthn)
    if (webauthn === undefined) return { non_field_errors: 'Empty response' }
    const response = objectOf(webauthn.response) ?? {}
    const result = keys.check(
      { challenge: expected, origin, rpId: hostname, keys: person.securityKeys },
      {
        ...{ credentialId: textOf(webauthn.id), clientDataJSON: textOf(response.clientDataJSON) },
        ...{
          authenticatorData: textOf(response.authenticatorData),
          signature: textOf(response.signature),
        },
      },
    )
    return result.ok ? undefined : { webauthn: `Assertion failed: ${result.why}` }
  }

  function isCode({ person, totp, authentik: more }: AuthentikPerson, code: string): boolean {
    if (totp.some(device => state.codes.accepts(device, code))) return true
    if (code === more.sms || code === more.email?.code) return true
    const used = `${person.username} ${code}`
    if (!more.recoveryCodes.includes(code) || usedCodes.has(used)) return false
    usedCodes.add(used)
    return true
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function objectOf(value: unknown): Body | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? { ...value }
    : undefined
}
