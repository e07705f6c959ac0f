import { type GivenNameId, isSameNameId } from '../name-id-element.ts'
import type { LogoutRequest } from './read-logout-request.ts'

/** What must be kept of a session so that a LogoutRequest can be matched to it. */
export interface LogoutSession {
  /** Entity ID of the other party: at an SP the IdP that vouched, at an IdP the SP that was told. */
  readonly peer: string
  /** Exactly as the assertion named the person. */
  readonly nameId: GivenNameId
  /** The SessionIndex of the assertion. */
  readonly sessionIndex?: string | undefined
}

/**
 * Whether a LogoutRequest ends a session (saml-core 3.7.1 and 3.7.3.2): the same peer, the same
 * NameID with Format and both qualifiers, byte for byte, and a SessionIndex among those named; a
 * request that names none ends all sessions of that person. A session without SessionIndex is ended
 * only by such a one.
 */
export function isEndedBy(
  session: LogoutSession,
  request: Pick<LogoutRequest, 'issuer' | 'nameId' | 'sessionIndexes'>,
): boolean {
  const { peer, nameId, sessionIndex } = session
  if (peer !== request.issuer || !isSameNameId(nameId, request.nameId)) return false
  const { sessionIndexes } = request
  return (
    sessionIndexes.length === 0 ||
    (sessionIndex !== undefined && sessionIndexes.includes(sessionIndex))
  )
}
