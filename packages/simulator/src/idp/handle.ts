import { chooseAcs } from '@rolecall/saml'
import { SimulatorError } from '../errors.ts'
import {
  bodyText,
  cookie,
  type Incoming,
  isForm,
  type Outgoing,
  redirect,
} from '../http/exchange.ts'
import { isFromHere } from '../http/from-here.ts'
import { answerPage, noPassivePage } from './answer.ts'
import { singleLogout, tellOfLogout } from './logout.ts'
import { homePage, refusalPage, signInPage } from './pages.ts'
import { isPassword } from './password.ts'
import { readSsoRequest } from './read-request.ts'
import type { IdpState } from './state.ts'

const cookieName = 'simulated-company-idp'
const cookieRules = 'Path=/; HttpOnly; SameSite=Lax'

/** Routes of the company IdP: metadata, single sign-on, its sign-in page and its home. */
export async function handleIdp(state: IdpState, request: Incoming): Promise<Outgoing> {
  const route = routes[`${request.method} ${request.path}`]
  if (route === undefined) return { status: 404, headers: { 'content-length': '0' }, body: '' }
  try {
    return await route(state, request)
  } catch (error) {
    if (error instanceof SimulatorError) return refusalPage(error.code, error.message)
    throw error
  }
}

type Route = (state: IdpState, request: Incoming) => Outgoing | Promise<Outgoing>

const routes: Readonly<Record<string, Route>> = Object.assign(Object.create(null), {
  'GET /metadata': metadata,
  'GET /sso': singleSignOn,
  'POST /sso': singleSignOn,
  'GET /sso/start': startAtIdp,
  'GET /slo': singleLogout,
  'POST /slo': singleLogout,
  'POST /signin': signIn,
  'POST /signout': signOut,
  'GET /signout': signOut,
  'GET /': home,
})

function metadata(state: IdpState): Outgoing {
  const body = state.identity.metadataXml
  return {
    status: 200,
    headers: {
      'content-type': 'application/samlmetadata+xml; charset=utf-8',
      'content-length': String(Buffer.byteLength(body)),
    },
    body,
  }
}

async function singleSignOn(state: IdpState, request: Incoming): Promise<Outgoing> {
  const { identity, sessions } = state
  const asked = await readSsoRequest(request, state)
  const session = sessions.find(cookie(request, cookieName))
  if (session !== undefined && !asked.forceAuthn) {
    return answerPage(state, asked.pending, session)
  }
  if (asked.isPassive) return noPassivePage(identity, asked.pending, state.now())
  return signInPage({ request: sessions.wait(asked.pending), title: asked.pending.title })
}

/** A sign-in that begins at the IdP's home: an unsolicited response. */
function startAtIdp(state: IdpState, request: Incoming): Outgoing {
  const entityId = new URLSearchParams(request.query).get('sp') ?? ''
  const provider = state.providers.find(entityId)
  if (provider === undefined) {
    throw new SimulatorError('service_provider_unknown', `Issuer: ${entityId}`)
  }
  const acsUrl = chooseAcs({ issuer: entityId }, provider.metadata).location
  const { title } = provider
  const pending = { spEntityId: entityId, title, acsUrl, inResponseTo: null, relayState: undefined }
  const session = state.sessions.find(cookie(request, cookieName))
  if (session !== undefined) return answerPage(state, pending, session)
  return signInPage({ request: state.sessions.wait(pending), title })
}

function signIn(state: IdpState, request: Incoming): Outgoing {
  if (!isFromHere(request, state.identity.url)) {
    throw new SimulatorError('request_invalid', 'The form was sent from another site.')
  }
  const { sessions } = state
  const form = new URLSearchParams(isForm(request) ? bodyText(request) : '')
  const waiting = form.get('request') ?? ''
  const pending = waiting === '' ? undefined : sessions.pending(waiting)
  if (waiting !== '' && pending === undefined) {
    throw new SimulatorError('request_invalid', 'The sign-in took longer than ten minutes.')
  }
  const username = form.get('username') ?? ''
  const person = state.people.get(username)
  if (!isPassword(form.get('password') ?? '', person)) {
    const shown = username.slice(0, 256)
    return signInPage({ request: waiting, title: pending?.title, username: shown, isWrong: true })
  }
  const old = cookie(request, cookieName)
  if (old !== undefined) sessions.close(old)
  const { id, session } = sessions.open(person)
  const headers = { 'set-cookie': `${cookieName}=${id}; ${cookieRules}` }
  if (pending === undefined) return redirect(303, '/', headers)
  sessions.answered(waiting)
  return answerPage(state, pending, session, headers)
}

function signOut(state: IdpState, request: Incoming): Outgoing {
  const id = cookie(request, cookieName)
  const session = state.sessions.find(id)
  if (id !== undefined) state.sessions.close(id)
  const headers = { 'set-cookie': `${cookieName}=; ${cookieRules}; Max-Age=0` }
  return session === undefined ? redirect(303, '/', headers) : tellOfLogout(state, session, headers)
}

function home(state: IdpState, request: Incoming): Outgoing {
  const session = state.sessions.find(cookie(request, cookieName))
  return session === undefined
    ? signInPage({ request: '', title: undefined })
    : homePage(session.person, state.providers.all())
}
