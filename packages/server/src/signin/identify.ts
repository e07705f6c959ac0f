/** Who is before us: a trusted proxy's word about this request, the session of this browser, or a command line. */
import { createHash } from 'node:crypto'
import type { Audit } from '../audit/index.ts'
import { ServerError } from '../errors.ts'
import type { Principal } from '../nouns.ts'
import type { BrowserSession, BrowserSessions } from './browser-sessions.ts'
import type { RequestFacts } from './headers/request-facts.ts'
import type { RequestSignIn } from './request-sign-in.ts'

/** What a request brings along; nothing of it is verified. */
export interface Visit {
  readonly facts: RequestFacts
  /** The session cookie's value. */
  readonly session: string | undefined
  /** The value of the cookie that remembers whom this browser signed out. */
  readonly signedOut: string | undefined
  /** An access token of a command line, where one counts. */
  readonly bearer: string | undefined
}

/** A person who is signed in. */
export interface SignedInPerson {
  readonly principal: Principal
  /** When the session ends; undefined for a proxy's word, which counts for one request. */
  readonly expiresAt: Date | undefined
}

/**
 * Tells who is before us. Throws `signin-refused` for headers of a trusted proxy that cannot be taken, and
 * `two-identities` for a token that does not come alone.
 */
export type Identify = (visit: Visit) => Promise<SignedInPerson | undefined>

/**
 * A proxy's word comes first, and a session that comes with it ends: it is another person's, or the
 * same one's by another source, and two must never mix. Only for somebody who signed out in this browser
 * the word does not count there: then the session does, if there is one.
 */
export function createIdentify(steps: {
  readonly audit: Audit
  readonly requests: Pick<RequestSignIn, 'byHeaders'>
  readonly sessions: BrowserSessions
  readonly current: (token: string | undefined) => Promise<BrowserSession | undefined>
  readonly command: (accessToken: string) => Promise<BrowserSession | undefined>
}): Identify {
  const { audit, requests, sessions, current } = steps

  async function endSession(token: string, { id }: Principal, address: string): Promise<void> {
    const session = await sessions.find(token)
    if (session === undefined) return
    await sessions.end(session.idHash)
    const { id: principal, source } = session.principal
    const reason = 'a trusted proxy names somebody else'
    const detail = { named: id }
    await audit.record({
      type: 'signout',
      result: 'success',
      principal,
      source,
      address,
      reason,
      detail,
    })
  }

  return async ({ facts, session, signedOut, bearer }) => {
    const named = await requests.byHeaders(facts)
    if (bearer !== undefined) {
      if (session !== undefined || named !== undefined) throw new ServerError('two-identities')
      return steps.command(bearer)
    }
    if (named !== undefined && signedOut !== signedOutMark(named)) {
      if (session !== undefined) await endSession(session, named, facts.address)
      return { principal: named, expiresAt: undefined }
    }
    return current(session)
  }
}

/** What a browser remembers of somebody who signed out in it; it lets nobody in. */
export function signedOutMark({ id }: Principal): string {
  return createHash('sha256').update(id, 'utf8').digest('hex')
}
