import { createHash, timingSafeEqual } from 'node:crypto'
import { isConsoleUrl } from '@rolecall/aws'
import { bodyText, type Incoming, isForm, type Outgoing, redirect } from '../http/exchange.ts'
import type { Session, Sessions } from '../sts/sessions.ts'
import { badRequestPage } from './console-page.ts'
import type { ConsoleSessions } from './console-sessions.ts'

/** What the sign-in side works on. */
export interface SigninState {
  readonly sessions: Sessions
  readonly consoles: ConsoleSessions
  /** The simulator's own origin. */
  readonly origin: string
  readonly now: () => Date
}

/** Name of the cookie that holds a console session. */
export const consoleCookie = 'simulated-aws-console'

/** Characters that one parameter of the endpoint may have. */
const maxParameter = 20_000

/** The federation endpoint: `getSigninToken` and `login`, by GET or POST (IAM guide, "Enable custom identity broker access"). */
export function handleFederation(state: SigninState, request: Incoming): Outgoing {
  if (request.method !== 'GET' && request.method !== 'POST') {
    return { status: 405, headers: { allow: 'GET, POST', 'content-length': '0' }, body: '' }
  }
  const posted = request.method === 'POST' && isForm(request)
  const parameters = new URLSearchParams(posted ? bodyText(request) : request.query)
  try {
    switch (parameters.get('Action')) {
      case 'getSigninToken':
        return getSigninToken(state, parameters)
      case 'login':
        return login(state, parameters)
      default:
        throw new BadRequest('Action must be getSigninToken or login.')
    }
  } catch (error) {
    if (error instanceof BadRequest) return badRequestPage(error.message)
    throw error
  }
}

/** A 400 of the endpoint. AWS's page says no more than that; here it says why. */
class BadRequest extends Error {}

function getSigninToken(state: SigninState, parameters: URLSearchParams): Outgoing {
  const session = sessionOf(state, bounded(parameters, 'Session') ?? '')
  const time = state.now().getTime()
  const seconds = sessionDuration(bounded(parameters, 'SessionDuration'), session)
  const expiration = seconds === undefined ? session.expiration : new Date(time + seconds * 1000)
  const token = state.consoles.addToken({ caller: session.caller, expiration })
  const body = JSON.stringify({ SigninToken: token })
  return {
    status: 200,
    headers: {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      'cache-control': 'no-store',
    },
    body,
  }
}

function sessionOf(state: SigninState, text: string): Session {
  let read: unknown
  try {
    read = JSON.parse(text)
  } catch {
    throw new BadRequest('Invalid credentials parameter: Session is not JSON.')
  }
  const field = (name: string): string => {
    const value: unknown = typeof read === 'object' && read !== null ? Reflect.get(read, name) : ''
    return typeof value === 'string' ? value : ''
  }
  const session = state.sessions.find(field('sessionId'))
  const isRight =
    session !== undefined &&
    sameSecret(field('sessionKey'), session.secretAccessKey) &&
    sameSecret(field('sessionToken'), session.sessionToken)
  if (!isRight) throw new BadRequest('Invalid credentials parameter.')
  if (session.expiration <= state.now()) {
    throw new BadRequest('Invalid credentials parameter: the credentials have expired.')
  }
  if (session.caller.kind === 'user') {
    throw new BadRequest(
      'Invalid credentials parameter: credentials of GetSessionToken open no console.',
    )
  }
  return session
}

/** The rules of `SessionDuration`; without it the console lasts as long as the credentials. */
function sessionDuration(text: string | undefined, session: Session): number | undefined {
  if (text === undefined || text === '') return undefined
  const seconds = /^[0-9]{1,6}$/.test(text) ? Number(text) : Number.NaN
  if (!(seconds >= 900 && seconds <= 43_200)) {
    throw new BadRequest('SessionDuration must be from 900 to 43200 seconds.')
  }
  const { roleSession } = session.caller
  if (roleSession === undefined) {
    throw new BadRequest('SessionDuration cannot be used with credentials of GetFederationToken.')
  }
  if (roleSession.chained) {
    throw new BadRequest('SessionDuration cannot be used with credentials of role chaining.')
  }
  if (seconds >= roleSession.role.maxSessionDuration) {
    throw new BadRequest(
      `SessionDuration must be less than the role's MaxSessionDuration, ${roleSession.role.maxSessionDuration}.`,
    )
  }
  return seconds
}

function login(state: SigninState, parameters: URLSearchParams): Outgoing {
  const token = bounded(parameters, 'SigninToken')
  const session = token === undefined ? undefined : state.consoles.findToken(token)
  if (session === undefined || session.expiration <= state.now()) {
    throw new BadRequest('The sign-in token is unknown or older than 15 minutes.')
  }
  const destination = bounded(parameters, 'Destination') ?? ''
  if (!isDestination(state, destination, session.caller.account.partition)) {
    throw new BadRequest('Destination must be the URL of an AWS console of the partition.')
  }
  const issuer = bounded(parameters, 'Issuer') || undefined
  const id = state.consoles.open({ ...session, destination, issuer })
  return redirect(302, '/console', {
    'set-cookie': `${consoleCookie}=${id}; Path=/; HttpOnly; SameSite=Lax`,
    'referrer-policy': 'no-referrer',
  })
}

function isDestination(
  state: SigninState,
  destination: string,
  partition: Parameters<typeof isConsoleUrl>[1],
): boolean {
  if (!URL.canParse(destination)) return false
  const url = new URL(destination)
  const isOwn = url.origin === state.origin && /^\/console(?:\/|$)/.test(url.pathname)
  return isOwn || isConsoleUrl(destination, partition)
}

function bounded(parameters: URLSearchParams, name: string): string | undefined {
  const value = parameters.get(name)
  if (value !== null && value.length > maxParameter) {
    throw new BadRequest(`${name} is longer than ${maxParameter} characters.`)
  }
  return value ?? undefined
}

function sameSecret(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}
