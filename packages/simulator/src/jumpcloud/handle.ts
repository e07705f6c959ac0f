import type { Incoming, Outgoing } from '../http/exchange.ts'
import { html, pageResponse } from '../http/html.ts'
import { jsonAnswer } from '../http/json.ts'
import { idpStyle } from '../idp/style.ts'
import { authenticate, giveTotp } from './auth.ts'
import { controlPhones } from './control.ts'
import { beginDuo, endDuo } from './duo-factor.ts'
import { loginPush, pushStatus, startPush } from './push.ts'
import { openApplication, signOff } from './sign-on.ts'
import {
  beginSession,
  type ConsoleSession,
  checkedSession,
  sessionOf,
  type Tenant,
} from './tenant.ts'
import { challenge, verifyKey } from './webauthn.ts'

/** A step of the console's API; the session's cookies and token were checked. */
export type ConsoleStep = (tenant: Tenant, session: ConsoleSession, request: Incoming) => Outgoing

const steps: Readonly<Record<string, ConsoleStep>> = Object.assign(Object.create(null), {
  'POST /userconsole/auth': authenticate,
  'POST /userconsole/auth/totp': giveTotp,
  'POST /userconsole/auth/push': startPush,
  'GET /userconsole/auth/webauthn': challenge,
  'POST /userconsole/auth/webauthn': verifyKey,
  'GET /userconsole/auth/duo': beginDuo,
  'POST /userconsole/auth/duo': endDuo,
})

/** Every request to the tenant's listener: the console, the applications, Duo's frame. */
export function handleJumpCloud(tenant: Tenant, request: Incoming): Outgoing {
  const control = controlPhones(tenant, request)
  if (control !== undefined) return control
  if (tenant.behaviour.outage) return outagePage
  const duo = tenant.duo.handle(request)
  if (duo !== undefined) return duo
  const { method, path } = request
  if (method === 'GET' && path === '/login') return loginPage
  if (method === 'GET' && path === '/metadata') return metadata(tenant)
  if (path.startsWith('/saml2/')) {
    return path.endsWith('/slo') ? signOff(tenant, request) : openApplication(tenant, request)
  }
  if (method === 'GET' && path === '/userconsole/xsrf') {
    const { session, cookies } = beginSession(tenant, sessionOf(tenant, request))
    return jsonAnswer(200, { xsrf: session.xsrf }, { 'set-cookie': cookies })
  }
  if (method === 'GET' && path.startsWith('/userconsole/api/')) return api(tenant, request)
  const step = steps[`${method} ${path}`] ?? pushStep(method, path)
  if (step === undefined) return jsonAnswer(404, { message: 'Not Found' })
  const session = checkedSession(tenant, request)
  if (session === undefined) return jsonAnswer(403, { message: 'Forbidden: xsrf token mismatch' })
  return step(tenant, session, request)
}

function pushStep(method: string, path: string): ConsoleStep | undefined {
  const [, id = '', login] = /^\/userconsole\/auth\/push\/([\w-]+)(\/login)?$/.exec(path) ?? []
  if (id === '') return undefined
  if (method === 'GET' && login === undefined) return (...given) => pushStatus(...given, id)
  if (method === 'POST' && login !== undefined) return (...given) => loginPush(...given, id)
  return undefined
}

/** What the console tells a person of themselves, with the session alone. */
function api(tenant: Tenant, request: Incoming): Outgoing {
  const person = sessionOf(tenant, request)?.person
  if (person === undefined) return jsonAnswer(401, { message: 'Unauthorized' })
  if (request.path === '/userconsole/api/self') {
    const { email, username = email.split('@')[0], totp } = person
    return jsonAnswer(200, { email, username, totp_enabled: totp !== undefined })
  }
  if (request.path !== '/userconsole/api/applications')
    return jsonAnswer(404, { message: 'Not Found' })
  const own = tenant.document.applications.filter(
    ({ people }) => people === undefined || people.includes(person.email),
  )
  return jsonAnswer(
    200,
    own.map(({ name, label, active, type }) => ({
      name,
      ssoUrl: type === 'saml' ? `${tenant.ssoUrl}/saml2/${name}` : 'https://example.com/',
      displayLabel: label,
      active,
      sso: { type },
    })),
  )
}

function metadata({ identity }: Tenant): Outgoing {
  const body = identity.metadataXml
  const length = String(Buffer.byteLength(body))
  return {
    status: 200,
    headers: { 'content-type': 'application/samlmetadata+xml', 'content-length': length },
    body,
  }
}

const loginPage = pageResponse({
  title: 'JumpCloud User Console',
  style: idpStyle,
  body: html`<h1>User Portal Login</h1>`,
})

const outagePage = pageResponse({
  status: 503,
  title: 'Service unavailable',
  style: idpStyle,
  body: html`<h1>We will be back soon</h1>`,
})
