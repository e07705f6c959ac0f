/** SAML requests that wait for their response: bound to a browser, used once, gone after ten minutes. */
import type { Store } from '../store/index.ts'
import { SignInRefusal } from './refusals.ts'

/** How long a person may take at the identity provider. */
export const requestLifeSeconds = 600
/** Tabs that one browser may have open at identity providers. */
const maxPerBrowser = 20

/** A request as it was sent. */
export interface PendingRequest {
  /** The AuthnRequest's ID; it is also the RelayState. */
  readonly id: string
  /** The provider's id. */
  readonly source: string
  /** Hash of the pre-session cookie. */
  readonly browserHash: string
  readonly returnTo: string
}

/** Holds a request until its response takes it. */
export interface PendingRequests {
  hold(request: PendingRequest): Promise<void>
  /** Whether a request of this browser still waits. */
  isWaiting(browserHash: string): Promise<boolean>
  /** Takes the request out of the store; throws a `SignInRefusal` when there is none to take. */
  take(key: RequestKey): Promise<TakenRequest>
}

/** What a response must come with. */
export type RequestKey = Omit<PendingRequest, 'returnTo'>

/** A request that was waiting. */
export interface TakenRequest extends PendingRequest {
  readonly startedAt: Date
}

/** Pending requests in the store, with the clock that ends them. */
export function createPendingRequests(store: Store, now: () => Date): PendingRequests {
  const { db } = store

  async function hold(request: PendingRequest): Promise<void> {
    const at = now().getTime()
    await db.deleteFrom('signin_requests').where('expires_at', '<=', at).execute()
    const kept = await db
      .selectFrom('signin_requests')
      .select('id')
      .where('browser_hash', '=', request.browserHash)
      .orderBy('created_at', 'desc')
      .offset(maxPerBrowser - 1)
      .limit(maxPerBrowser)
      .execute()
    if (kept.length > 0) {
      const ids = kept.map(row => row.id)
      await db.deleteFrom('signin_requests').where('id', 'in', ids).execute()
    }
    await db
      .insertInto('signin_requests')
      .values({
        id: request.id,
        source: request.source,
        browser_hash: request.browserHash,
        return_to: request.returnTo,
        created_at: at,
        expires_at: at + requestLifeSeconds * 1000,
      })
      .execute()
  }

  async function isWaiting(browserHash: string): Promise<boolean> {
    const row = await db
      .selectFrom('signin_requests')
      .select('id')
      .where('browser_hash', '=', browserHash)
      .where('expires_at', '>', now().getTime())
      .limit(1)
      .executeTakeFirst()
    return row !== undefined
  }

  async function take(key: RequestKey): Promise<TakenRequest> {
    // One statement finds and deletes: of any number of takers, one gets the row.
    const row = await db
      .deleteFrom('signin_requests')
      .where('id', '=', key.id)
      .where('source', '=', key.source)
      .where('browser_hash', '=', key.browserHash)
      .returning(['return_to', 'created_at', 'expires_at'])
      .executeTakeFirst()
    if (row === undefined) throw await explain(key.id)
    if (row.expires_at <= now().getTime()) {
      throw new SignInRefusal('request-expired', {
        check: 'request age',
        expected: `at most ${requestLifeSeconds} seconds`,
      })
    }
    return { ...key, returnTo: row.return_to, startedAt: new Date(row.created_at) }
  }

  async function explain(id: string): Promise<SignInRefusal> {
    const row = await db
      .selectFrom('signin_requests')
      .select('source')
      .where('id', '=', id)
      .executeTakeFirst()
    if (row === undefined) {
      return new SignInRefusal('request-unknown', {
        check: 'RelayState',
        expected: 'a sign-in that waits',
      })
    }
    return new SignInRefusal('other-browser', {
      check: 'pre-session cookie',
      expected: `the browser that started the sign-in with ${row.source}`,
    })
  }

  return { hold, isWaiting, take }
}
