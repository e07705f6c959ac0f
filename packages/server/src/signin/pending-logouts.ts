/** Single logouts that began here: kept until their answer comes, ten minutes at most. */
import type { Store } from '../store/index.ts'
import { readNameId, type SamlSubject, writeNameId } from './saml-subject.ts'

const lifeMs = 600_000

/** Who signs out at which provider. */
export interface PendingLogout {
  /** Of the LogoutRequest; it is also the RelayState. */
  readonly id: string
  /** The provider's id. */
  readonly source: string
  readonly principalId: string
  readonly subject: SamlSubject
}

/** Holds a logout from the sign-out here to the answer of the provider. */
export interface PendingLogouts {
  hold(logout: PendingLogout): Promise<void>
  /** The logout when the browser is to be sent with it: once. */
  send(source: string, id: string): Promise<PendingLogout | undefined>
  /** The logout that an answer may be for. */
  find(source: string, id: string): Promise<PendingLogout | undefined>
  /** Forgets it; false when it was answered before. */
  end(id: string): Promise<boolean>
}

/** Pending logouts in the store, with the clock that ends them. */
export function createPendingLogouts({ db }: Store, now: () => Date): PendingLogouts {
  return {
    async hold({ id, source, principalId, subject }) {
      const at = now().getTime()
      await db.deleteFrom('logout_requests').where('expires_at', '<=', at).execute()
      await db
        .insertInto('logout_requests')
        .values({
          id,
          source,
          principal_id: principalId,
          name_id: writeNameId(subject.nameId),
          session_index: subject.sessionIndex ?? null,
          is_sent: 0,
          expires_at: at + lifeMs,
        })
        .execute()
    },
    async send(source, id) {
      const row = await db
        .updateTable('logout_requests')
        .set({ is_sent: 1 })
        .where('id', '=', id)
        .where('source', '=', source)
        .where('is_sent', '=', 0)
        .where('expires_at', '>', now().getTime())
        .returningAll()
        .executeTakeFirst()
      return row === undefined ? undefined : logoutOf(row)
    },
    async find(source, id) {
      const row = await db
        .selectFrom('logout_requests')
        .selectAll()
        .where('id', '=', id)
        .where('source', '=', source)
        .where('is_sent', '=', 1)
        .where('expires_at', '>', now().getTime())
        .executeTakeFirst()
      return row === undefined ? undefined : logoutOf(row)
    },
    async end(id) {
      const { numDeletedRows } = await db
        .deleteFrom('logout_requests')
        .where('id', '=', id)
        .executeTakeFirst()
      return numDeletedRows > 0n
    },
  }
}

function logoutOf(row: {
  readonly id: string
  readonly source: string
  readonly principal_id: string
  readonly name_id: string
  readonly session_index: string | null
}): PendingLogout {
  return {
    id: row.id,
    source: row.source,
    principalId: row.principal_id,
    subject: { nameId: readNameId(row.name_id), sessionIndex: row.session_index ?? undefined },
  }
}
