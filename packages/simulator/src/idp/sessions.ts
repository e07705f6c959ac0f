import { randomBytes } from 'node:crypto'
import { newId } from '@rolecall/saml'
import { boundedMap } from '../bounded-map.ts'
import type { Person } from '../world/loaded.ts'

/** A person signed in at the IdP. */
export interface IdpSession {
  readonly person: Person
  readonly authnInstant: Date
  readonly until: Date
  /** Names the session to every service provider. */
  readonly sessionIndex: string
  /** Entity IDs of the service providers that were told of it. */
  readonly told: Set<string>
}

/** A sign-out that goes from one service provider to the next. */
export interface PendingLogout {
  /** ID of the LogoutRequest that waits for its answer. */
  readonly id: string
  /** Whom it was sent to. */
  readonly spEntityId: string
  readonly session: IdpSession
  /** Who is still to be told. */
  readonly rest: readonly string[]
}

/** A SAML request that waits for its person to sign in, and where its answer goes. */
export interface PendingRequest {
  readonly spEntityId: string
  readonly title: string
  readonly acsUrl: string
  /** ID to answer; null for a sign-in that began at the IdP. */
  readonly inResponseTo: string | null
  readonly relayState: string | undefined
}

/** Who is signed in at the IdP, and which requests wait for a sign-in; bounded, in memory. */
export interface IdpSessions {
  open(person: Person): { readonly id: string; readonly session: IdpSession }
  find(id: string | undefined): IdpSession | undefined
  close(id: string): void
  /** Closes the sessions that are meant, and answers them. */
  closeWhere(isMeant: (session: IdpSession) => boolean): readonly IdpSession[]
  /** Keeps a sign-out until its service provider answers. */
  holdLogout(logout: PendingLogout): void
  /** Takes the sign-out that waits for this answer: once. */
  takeLogout(id: string): PendingLogout | undefined
  /** Whether a LogoutRequest came before; it is remembered. */
  seen(key: string, until: Date): boolean
  /** Keeps a request and gives the name under which the form finds it. */
  wait(request: PendingRequest): string
  /** Finds a waiting request; it stays, so that a wrong password can be tried again. */
  pending(id: string): PendingRequest | undefined
  /** Lets go of a request that is answered. */
  answered(id: string): void
}

const maxEntries = 10_000
const sessionMs = 8 * 3600 * 1000
const pendingMs = 10 * 60 * 1000

/** Opens the store of the IdP's sessions and waiting requests. */
export function createIdpSessions(now: () => Date): IdpSessions {
  const sessions = boundedMap<IdpSession>(maxEntries)
  const waiting = boundedMap<{ readonly request: PendingRequest; readonly until: number }>(
    maxEntries,
  )
  const logouts = boundedMap<{ readonly logout: PendingLogout; readonly until: number }>(maxEntries)
  const seen = boundedMap<Date>(maxEntries)
  const newKey = () => randomBytes(32).toString('base64url')
  return {
    open(person) {
      const authnInstant = now()
      sessions.sweep(session => session.until <= authnInstant)
      const until = new Date(authnInstant.getTime() + sessionMs)
      const told = new Set<string>()
      const session = Object.freeze({ person, authnInstant, until, sessionIndex: newId(), told })
      const id = newKey()
      sessions.set(id, session)
      return { id, session }
    },
    find(id) {
      const session = id === undefined ? undefined : sessions.get(id)
      return session !== undefined && session.until > now() ? session : undefined
    },
    close: id => sessions.delete(id),
    closeWhere(isMeant) {
      const closed: IdpSession[] = []
      sessions.sweep(session => {
        if (session.until <= now() || !isMeant(session)) return false
        closed.push(session)
        return true
      })
      return closed
    },
    holdLogout(logout) {
      const time = now().getTime()
      logouts.sweep(({ until }) => until <= time)
      logouts.set(logout.id, { logout, until: time + pendingMs })
    },
    takeLogout(id) {
      const entry = logouts.get(id)
      logouts.delete(id)
      return entry !== undefined && entry.until > now().getTime() ? entry.logout : undefined
    },
    seen(key, until) {
      seen.sweep(end => end <= now())
      const isOld = seen.get(key) !== undefined
      seen.set(key, until)
      return isOld
    },
    wait(request) {
      const time = now().getTime()
      waiting.sweep(entry => entry.until <= time)
      const id = newKey()
      waiting.set(id, { request, until: time + pendingMs })
      return id
    },
    pending(id) {
      const entry = waiting.get(id)
      return entry !== undefined && entry.until > now().getTime() ? entry.request : undefined
    },
    answered: id => waiting.delete(id),
  }
}
