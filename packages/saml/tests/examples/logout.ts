import {
  buildLogoutRequest,
  buildLogoutResponse,
  chooseSlo,
  isEndedBy,
  type LogoutPeer,
  type LogoutSession,
  logoutReasons,
  readLogoutRequest,
  readLogoutResponse,
  type SloEndpoint,
  statusCodes,
} from '@rolecall/saml'

/** This side, service provider or identity provider. */
type Self = { entityId: string; sloUrl: string; key: string }

/** The other side, from its metadata. */
type Peer = LogoutPeer & { sloEndpoints: readonly SloEndpoint[] }

/** Send the browser to `url`; keep `id` on the server, bound to this browser. */
export function startLogout(self: Self, peer: Peer, session: LogoutSession, now: Date) {
  const { location } = chooseSlo(peer.sloEndpoints, 'request', ['redirect'])
  return buildLogoutRequest({
    issuer: self.entityId,
    destination: location,
    binding: 'redirect',
    nameId: session.nameId,
    sessionIndexes: session.sessionIndex === undefined ? [] : [session.sessionIndex],
    reason: logoutReasons.user,
    sign: { key: self.key },
    now,
  })
}

/** `query` is what stands after the `?`, raw, with a SAMLResponse in it; `id` the request that was sent. */
export async function finishLogout(self: Self, peer: Peer, query: string, id: string, now: Date) {
  const { outcome } = await readLogoutResponse(
    { binding: 'redirect', query },
    { peer, destination: self.sloUrl, inResponseTo: id, now },
  )
  return outcome
}

const seenUntil = new Map<string, Date>()

/** Ends the sessions that the request in `query` means, and answers the URL to send the browser to. */
export async function receiveLogout(
  self: Self,
  peers: ReadonlyMap<string, Peer>,
  sessions: Set<LogoutSession>,
  query: string,
  now: Date,
) {
  const request = await readLogoutRequest(
    { binding: 'redirect', query },
    {
      peer: issuer => peers.get(issuer),
      destination: self.sloUrl,
      now,
      replay: {
        seen(id, until) {
          if (seenUntil.has(id)) return true
          seenUntil.set(id, until)
          return false
        },
      },
    },
  )
  for (const session of sessions) if (isEndedBy(session, request)) sessions.delete(session)
  const endpoints = peers.get(request.issuer)?.sloEndpoints ?? []
  const { url } = buildLogoutResponse({
    issuer: self.entityId,
    destination: chooseSlo(endpoints, 'response', ['redirect']).location,
    binding: 'redirect',
    inResponseTo: request.id,
    status: { code: statusCodes.success },
    relayState: request.relayState,
    sign: { key: self.key },
    now,
  })
  return url
}
