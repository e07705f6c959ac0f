/** Single logout at the company IdP (saml-profiles 4.4): it asks service providers, and they ask it. */
import {
  buildLogoutRequest,
  buildLogoutResponse,
  chooseSlo,
  isEndedBy,
  type LogoutRequest,
  newId,
  readLogoutRequest,
  readLogoutResponse,
  SamlError,
  statusCodes,
} from '@rolecall/saml'
import { SimulatorError } from '../errors.ts'
import { bodyText, type Incoming, isForm, type Outgoing, redirect } from '../http/exchange.ts'
import { nameIdOf } from './name-id.ts'
import { postPage } from './pages.ts'
import type { ServiceProvider } from './service-providers.ts'
import type { IdpSession } from './sessions.ts'
import type { IdpState } from './state.ts'

/** Takes a LogoutRequest or a LogoutResponse of either binding. Throws `SimulatorError`. */
export async function singleLogout(state: IdpState, request: Incoming): Promise<Outgoing> {
  const form = new URLSearchParams(isForm(request) ? bodyText(request) : '')
  const fields = request.method === 'POST' ? form : new URLSearchParams(request.query)
  try {
    return fields.has('SAMLResponse')
      ? await takeAnswer(state, request, fields)
      : await takeRequest(state, request, fields)
  } catch (cause) {
    if (!(cause instanceof SamlError)) throw cause
    throw new SimulatorError('request_invalid', cause.message, { cause })
  }
}

/** Tells the service providers of a session that it has ended, one after the other; then home. */
export function tellOfLogout(
  state: IdpState,
  session: IdpSession,
  headers: Outgoing['headers'] = {},
  told: readonly string[] = [...session.told],
): Outgoing {
  const [spEntityId, ...rest] = told
  if (spEntityId === undefined) return redirect(303, '/', headers)
  const provider = state.providers.find(spEntityId)
  if (provider === undefined || !hasLogout(provider)) {
    return tellOfLogout(state, session, headers, rest)
  }
  const { identity, sessions } = state
  const to = chooseSlo(provider.metadata.sp?.sloEndpoints ?? [], 'request', ['redirect', 'post'])
  const id = newId()
  sessions.holdLogout({ id, spEntityId, session, rest })
  const built = buildLogoutRequest({
    id,
    issuer: identity.entityId,
    destination: to.location,
    binding: to.binding,
    nameId: nameIdOf(identity, spEntityId, session.person),
    sessionIndexes: [session.sessionIndex],
    relayState: id,
    sign: { key: identity.signingKey },
    now: state.now(),
  })
  return send(built, provider, headers)
}

async function takeAnswer(
  state: IdpState,
  request: Incoming,
  fields: URLSearchParams,
): Promise<Outgoing> {
  const relayState = fields.get('RelayState') ?? ''
  const pending = state.sessions.takeLogout(relayState)
  if (pending === undefined)
    throw new SimulatorError('request_invalid', 'No sign-out waits for it.')
  const input =
    request.method === 'POST'
      ? ({ binding: 'post', samlResponse: fields.get('SAMLResponse') ?? '', relayState } as const)
      : ({ binding: 'redirect', query: request.query } as const)
  const peer = peerOf(state, pending.spEntityId)
  await readLogoutResponse(input, {
    peer: peer ?? { entityId: pending.spEntityId, signingKeys: [] },
    destination: state.identity.sloUrl,
    inResponseTo: pending.id,
    now: state.now(),
  })
  return tellOfLogout(state, pending.session, {}, pending.rest)
}

async function takeRequest(
  state: IdpState,
  request: Incoming,
  fields: URLSearchParams,
): Promise<Outgoing> {
  const { identity, sessions } = state
  const input =
    request.method === 'POST'
      ? ({
          binding: 'post',
          samlRequest: fields.get('SAMLRequest') ?? '',
          relayState: fields.get('RelayState') ?? undefined,
        } as const)
      : ({ binding: 'redirect', query: request.query } as const)
  const asked = await readLogoutRequest(input, {
    peer: issuer => peerOf(state, issuer),
    destination: identity.sloUrl,
    now: state.now(),
    replay: sessions,
  })
  const closed = sessions.closeWhere(session => isMeant(state, session, asked))
  return answer(state, asked, closed)
}

function isMeant({ identity }: IdpState, session: IdpSession, asked: LogoutRequest): boolean {
  const { person, sessionIndex, told } = session
  if (!told.has(asked.issuer)) return false
  const nameId = nameIdOf(identity, asked.issuer, person)
  return isEndedBy({ peer: asked.issuer, nameId, sessionIndex }, asked)
}

/** Other service providers are not told of it, which the status says. */
function answer(
  { identity, providers, now }: IdpState,
  asked: LogoutRequest,
  closed: readonly IdpSession[],
): Outgoing {
  const provider = providers.find(asked.issuer)
  if (provider === undefined) throw new SimulatorError('service_provider_unknown', asked.issuer)
  const to = chooseSlo(provider.metadata.sp?.sloEndpoints ?? [], 'response', ['redirect', 'post'])
  const isPartial = closed.some(({ told }) => told.size > 1)
  const code = statusCodes.success
  const built = buildLogoutResponse({
    issuer: identity.entityId,
    destination: to.location,
    binding: to.binding,
    inResponseTo: asked.id,
    status: isPartial ? { code, subCode: statusCodes.partialLogout } : { code },
    relayState: asked.relayState,
    sign: { key: identity.signingKey },
    now: now(),
  })
  return send(built, provider, {})
}

function send(
  { url, form }: { readonly url: string; readonly form?: object },
  { title }: ServiceProvider,
  headers: Outgoing['headers'],
): Outgoing {
  if (form === undefined) return redirect(303, url, headers)
  return postPage({ action: url, heading: 'Signing out', title, fields: { ...form }, headers })
}

function hasLogout({ metadata }: ServiceProvider): boolean {
  const { sloEndpoints = [], signingCertificates = [] } = metadata.sp ?? {}
  try {
    chooseSlo(sloEndpoints, 'request', ['redirect', 'post'])
    return signingCertificates.length > 0
  } catch (error) {
    if (error instanceof SamlError) return false
    throw error
  }
}

function peerOf({ providers }: IdpState, entityId: string) {
  const signingKeys = providers.find(entityId)?.metadata.sp?.signingCertificates
  return signingKeys === undefined ? undefined : { entityId, signingKeys }
}
