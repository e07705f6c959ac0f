/** A refresh whose answer was lost on the way may be asked for again. */
import { type Kysely, sql } from 'kysely'
import type { Tables } from '../../store/index.ts'

/** So long after its first use a refresh token may be used again. */
const repeatMs = 60_000
/** In place of a time: nobody used it, another one was given in its place. */
const replaced = 0

/** Whose use is in question. */
export interface UsedToken {
  readonly idHash: string
  readonly sessionHash: string | null
  readonly payload: Readonly<Record<string, unknown>>
  readonly consumedAt: number
}

/**
 * Whether a used refresh token is to be taken for the repetition of its first use: shortly after, and while
 * nobody has used what came of it. RFC 9700, 4.14.2 is kept: of all tokens of a sign-in one counts, and
 * whoever uses another one ends them all.
 */
export async function isRepetition(
  db: Kysely<Tables>,
  { idHash, sessionHash, payload, consumedAt }: UsedToken,
  now: number,
): Promise<boolean> {
  if (consumedAt === replaced || now < consumedAt || now >= consumedAt + repeatMs) return false
  const later = await db
    .selectFrom('oauth_records')
    .select('id_hash')
    .where('session_hash', '=', sessionHash)
    .where('model', '=', 'RefreshToken')
    .where('id_hash', '!=', idHash)
    .where('consumed_at', '>', replaced)
    .where(rotations, '>', typeof payload.rotations === 'number' ? payload.rotations : 0)
    .executeTakeFirst()
  return later === undefined
}

const rotations = sql<number>`coalesce(json_extract(payload, '$.rotations'), 0)`

/** Takes every other refresh token of the session out of use that nobody has used. */
export async function replaceOthers(
  db: Kysely<Tables>,
  idHash: string,
  sessionHash: string,
): Promise<void> {
  await db
    .updateTable('oauth_records')
    .set({ consumed_at: replaced })
    .where('session_hash', '=', sessionHash)
    .where('model', '=', 'RefreshToken')
    .where('id_hash', '!=', idHash)
    .where('consumed_at', 'is', null)
    .execute()
}
