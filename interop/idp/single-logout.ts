/** The part of our identity provider that ends sessions (saml-profiles 4.4), by Redirect. */
import {
  buildLogoutRequest,
  buildLogoutResponse,
  chooseSlo,
  isEndedBy,
  type LogoutOutcome,
  type LogoutSession,
  type MetadataEntity,
  readLogoutRequest,
  readLogoutResponse,
  type SigningKey,
  statusCodes,
} from '@rolecall/saml'
import type { Answer, Exchange } from './listen.ts'

/** Its sessions, and the messages that end them. */
export interface SingleLogout {
  /** Whom it signed in where, until they are signed out. */
  readonly sessions: Set<LogoutSession>
  /** How the logouts ended that it asked for, the latest last. */
  readonly outcomes: readonly LogoutOutcome[]
  /** Where to send the browser whose session is to end at the service provider; signed by `sign`. */
  ask(session: LogoutSession, sign: SigningKey): string
  /** Takes a LogoutRequest, or the LogoutResponse to the last one. */
  receive(exchange: Exchange): Promise<Answer>
}

interface Setup {
  readonly entityId: string
  readonly sloUrl: string
  readonly known: ReadonlyMap<string, MetadataEntity>
  readonly sign: SigningKey
}

/** Starts without sessions. */
export function createSingleLogout({ entityId, sloUrl, known, sign }: Setup): SingleLogout {
  const sessions = new Set<LogoutSession>()
  const outcomes: LogoutOutcome[] = []
  const seen = new Set<string>()
  let asked = { id: '', entityId: '' }

  const peerOf = (issuer: string) => {
    const signingKeys = known.get(issuer)?.sp?.signingCertificates ?? []
    return { entityId: issuer, signingKeys }
  }
  const endpointOf = (issuer: string, message: 'request' | 'response') =>
    chooseSlo(known.get(issuer)?.sp?.sloEndpoints ?? [], message, ['redirect']).location

  async function answered(query: string): Promise<Answer> {
    const { outcome } = await readLogoutResponse(
      { binding: 'redirect', query },
      {
        peer: peerOf(asked.entityId),
        destination: sloUrl,
        inResponseTo: asked.id,
        now: new Date(),
      },
    )
    outcomes.push(outcome)
    return { page: outcome }
  }

  async function requested(query: string): Promise<Answer> {
    const request = await readLogoutRequest(
      { binding: 'redirect', query },
      {
        peer: peerOf,
        destination: sloUrl,
        now: new Date(),
        replay: { seen: id => seen.size === seen.add(id).size },
      },
    )
    for (const session of sessions) if (isEndedBy(session, request)) sessions.delete(session)
    const { url } = buildLogoutResponse({
      issuer: entityId,
      destination: endpointOf(request.issuer, 'response'),
      binding: 'redirect',
      inResponseTo: request.id,
      status: { code: statusCodes.success },
      relayState: request.relayState,
      sign,
      now: new Date(),
    })
    return { location: url }
  }

  return {
    sessions,
    outcomes,
    ask(session, signer) {
      const { id, url } = buildLogoutRequest({
        issuer: entityId,
        destination: endpointOf(session.peer, 'request'),
        binding: 'redirect',
        nameId: session.nameId,
        sessionIndexes: session.sessionIndex === undefined ? [] : [session.sessionIndex],
        sign: signer,
        now: new Date(),
      })
      asked = { id, entityId: session.peer }
      return url
    },
    receive: ({ query }) =>
      new URLSearchParams(query).has('SAMLResponse') ? answered(query) : requested(query),
  }
}
