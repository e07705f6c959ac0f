/** Who is signed in at which browser. */
import { sql } from 'kysely'
import type { Principal } from '../nouns.ts'
import type { Store } from '../store/index.ts'
import { readPrincipal, writePrincipal } from './principal-text.ts'
import { hashToken, newToken, type RandomBytes } from './tokens.ts'

/** The use of a session is noted at most this often: reading a page should not write each time. */
const noteEveryMs = 60_000
const tokenForm = /^[A-Za-z0-9_-]{43}$/

/** A live browser session. */
export interface BrowserSession {
  readonly principal: Principal
  /** SHA-256 of the cookie's value. */
  readonly idHash: string
  readonly createdAt: Date
  /** When it ends in any case. */
  readonly expiresAt: Date
}

export interface BrowserSessions {
  /** Opens a session and ends the one it replaces; the token is for the cookie and kept nowhere. */
  open(
    principal: Principal,
    replaces: string | undefined,
  ): Promise<{ readonly token: string; readonly session: BrowserSession }>
  /** The live session of a cookie's value, if it is one. */
  find(token: string | undefined): Promise<BrowserSession | undefined>
  /** Ends one session. */
  end(idHash: string): Promise<void>
}

export interface BrowserSessionOptions {
  readonly store: Store
  readonly now: () => Date
  readonly random: RandomBytes
  /** Read at every use: shorter limits in a new configuration count for open sessions too. */
  readonly limits: () => { readonly idleSeconds: number; readonly absoluteSeconds: number }
}

/** Browser sessions in the store. */
export function createBrowserSessions(options: BrowserSessionOptions): BrowserSessions {
  const { store, now, random, limits } = options
  const { db } = store

  function endOf(principal: Principal, createdAt: number, until: number): number {
    return Math.min(
      until,
      createdAt + limits().absoluteSeconds * 1000,
      principal.notAfter?.getTime() ?? Number.POSITIVE_INFINITY,
    )
  }

  async function end(idHash: string): Promise<void> {
    await db.deleteFrom('browser_sessions').where('id_hash', '=', idHash).execute()
  }

  return Object.freeze({
    end,

    async open(principal: Principal, replaces: string | undefined) {
      const at = now().getTime()
      const token = newToken(random)
      const idHash = hashToken(token)
      const expiresAt = endOf(principal, at, Number.POSITIVE_INFINITY)
      await db.transaction().execute(async transaction => {
        await transaction.deleteFrom('browser_sessions').where('expires_at', '<=', at).execute()
        if (replaces !== undefined) {
          await transaction.deleteFrom('browser_sessions').where('id_hash', '=', replaces).execute()
        }
        await transaction
          .insertInto('browser_sessions')
          .values({
            id_hash: idHash,
            principal: writePrincipal(principal),
            created_at: at,
            seen_at: at,
            expires_at: expiresAt,
          })
          .execute()
      })
      const session: BrowserSession = {
        principal,
        idHash,
        createdAt: new Date(at),
        expiresAt: new Date(expiresAt),
      }
      return { token, session }
    },

    async find(token: string | undefined) {
      if (token === undefined || !tokenForm.test(token)) return undefined
      const idHash = hashToken(token)
      const row = await db
        .selectFrom('browser_sessions')
        .selectAll()
        .where('id_hash', '=', idHash)
        .executeTakeFirst()
      if (row === undefined) return undefined
      const at = now().getTime()
      const principal = readPrincipal(row.principal)
      const isIdle = at >= row.seen_at + limits().idleSeconds * 1000
      if (
        principal === undefined ||
        isIdle ||
        at >= endOf(principal, row.created_at, row.expires_at)
      ) {
        await end(idHash)
        return undefined
      }
      if (at - row.seen_at >= noteEveryMs) {
        await db
          .updateTable('browser_sessions')
          .set({ seen_at: at })
          .where('id_hash', '=', idHash)
          .execute()
      }
      return {
        principal,
        idHash,
        createdAt: new Date(row.created_at),
        expiresAt: new Date(endOf(principal, row.created_at, row.expires_at)),
      }
    },
  })
}

/** Ends every session of a principal, as after a new password; answers how many there were. */
export async function endSessionsOf(store: Store, principalId: string): Promise<number> {
  const result = await store.db
    .deleteFrom('browser_sessions')
    .where(sql`json_extract(principal, '$.id')`, '=', principalId)
    .executeTakeFirst()
  return Number(result.numDeletedRows)
}
