import { randomBytes } from 'node:crypto'
import { boundedMap } from '../bounded-map.ts'
import type { Person } from '../world/loaded.ts'

/** A person signed in at the IdP. */
export interface IdpSession {
  readonly person: Person
  readonly authnInstant: Date
  readonly until: Date
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
  const newKey = () => randomBytes(32).toString('base64url')
  return {
    open(person) {
      const authnInstant = now()
      sessions.sweep(session => session.until <= authnInstant)
      const until = new Date(authnInstant.getTime() + sessionMs)
      const session = Object.freeze({ person, authnInstant, until })
      const id = newKey()
      sessions.set(id, session)
      return { id, session }
    },
    find(id) {
      const session = id === undefined ? undefined : sessions.get(id)
      return session !== undefined && session.until > now() ? session : undefined
    },
    close: id => sessions.delete(id),
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
