import { sql } from 'kysely'
import type { Principal } from '../nouns.ts'
import type { Store } from '../store/index.ts'
import { readPrincipal } from './principal-text.ts'

/** Whoever of this username signed in last with a browser and is signed in still, of one source or of any. */
export async function lastPrincipal(
  store: Store,
  username: string,
  source?: string,
): Promise<Principal | undefined> {
  let query = store.db
    .selectFrom('browser_sessions')
    .select('principal')
    .where(sql`json_extract(principal, '$.username')`, '=', username)
  if (source !== undefined) {
    query = query.where(sql`json_extract(principal, '$.source')`, '=', source)
  }
  const row = await query.orderBy('created_at', 'desc').limit(1).executeTakeFirst()
  return row === undefined ? undefined : readPrincipal(row.principal)
}
