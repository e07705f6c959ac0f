/** What OAuth keeps between two requests, under the hash of the value that its holder shows. */
import type { Store } from '../../store/index.ts'
import { hashToken } from '../tokens.ts'
import { isRepetition, replaceOthers } from './repeated-refresh.ts'

/** A record's content: JSON without the value that it is found by. */
export type OauthPayload = Readonly<Record<string, unknown>>

/** A record that lasts. */
export interface OauthRecord {
  readonly payload: OauthPayload
  readonly consumedAt: Date | undefined
  readonly createdAt: Date
}

/** A device code that nobody has decided about. */
export interface WaitingDevice {
  readonly idHash: string
  readonly payload: OauthPayload
  readonly createdAt: Date
}

/** Codes, tokens, grants and waiting requests. An expired record is not there. */
export interface OauthRecords {
  /** Keeps it for so many seconds, in place of an earlier one. Throws a RangeError when it is too large. */
  put(model: string, id: string, payload: OauthPayload, lifeSeconds: number): Promise<void>
  find(model: string, id: string): Promise<OauthRecord | undefined>
  /**
   * Marks it as used; false when it was before, or is not there: of two who use it, one is told so. A
   * refresh token whose answer may have been lost counts as not used, here and in `find`.
   */
  consume(model: string, id: string): Promise<boolean>
  destroy(model: string, id: string): Promise<void>
  /** The session of an access token with its scope. */
  accessToken(
    token: string,
  ): Promise<{ readonly sessionHash: string; readonly scope: string } | undefined>
  /** The device that shows this code, in upper case without its dash. */
  waitingDevice(userCode: string): Promise<WaitingDevice | undefined>
  /** Adds to a waiting device; false when it waits no more. */
  decideDevice(idHash: string, add: OauthPayload): Promise<boolean>
}

const maxPayload = 16 * 1024
/** Strangers make these: beyond so many the oldest goes. */
const mostWaiting = 5_000
/** Tokens and used tokens of one session: beyond so many the oldest goes. */
const mostOfSession = 1_000
const waiting: ReadonlySet<string> = new Set(['Interaction', 'DeviceCode'])

/** The records in the store. */
export function createOauthRecords({ db }: Store, now: () => Date): OauthRecords {
  async function find(model: string, id: string): Promise<OauthRecord | undefined> {
    const at = now().getTime()
    const idHash = hashToken(id)
    const row = await db
      .selectFrom('oauth_records')
      .select(['payload', 'session_hash', 'consumed_at', 'created_at'])
      .where('model', '=', model)
      .where('id_hash', '=', idHash)
      .where('expires_at', '>', at)
      .executeTakeFirst()
    if (row === undefined) return undefined
    const { session_hash: sessionHash, consumed_at: consumedAt } = row
    const payload = parse(row.payload)
    const isUsed =
      consumedAt !== null &&
      !(
        model === 'RefreshToken' &&
        (await isRepetition(db, { idHash, sessionHash, payload, consumedAt }, at))
      )
    return {
      payload,
      consumedAt: isUsed ? new Date(consumedAt) : undefined,
      createdAt: new Date(row.created_at),
    }
  }

  return Object.freeze({
    async put(model: string, id: string, payload: OauthPayload, lifeSeconds: number) {
      const { jti: _jti, userCode, ...rest } = payload
      const text = JSON.stringify(rest)
      if (text.length > maxPayload) throw new RangeError(`a ${model} is larger than 16 KiB`)
      const grantId = model === 'Grant' ? id : rest.grantId
      const sessionHash = typeof grantId === 'string' ? hashToken(grantId) : null
      const at = now().getTime()
      await db.transaction().execute(async transaction => {
        await transaction.deleteFrom('oauth_records').where('expires_at', '<=', at).execute()
        const group = transaction.selectFrom('oauth_records').select('id_hash')
        const [most, mine] = waiting.has(model)
          ? [mostWaiting, group.where('model', '=', model)]
          : [mostOfSession, group.where('session_hash', '=', sessionHash)]
        const old = mine.orderBy('created_at', 'desc').offset(most - 1)
        if (waiting.has(model) || sessionHash !== null) {
          await transaction
            .deleteFrom('oauth_records')
            .where('model', '=', model)
            // SQLite takes an offset only behind a limit.
            .where('id_hash', 'in', old.limit(mostWaiting))
            .execute()
        }
        await transaction
          .insertInto('oauth_records')
          .values({
            model,
            id_hash: hashToken(id),
            session_hash: sessionHash,
            user_code_hash: typeof userCode === 'string' ? hashToken(userCode) : null,
            payload: text,
            consumed_at: null,
            created_at: at,
            expires_at: at + lifeSeconds * 1000,
          })
          .onConflict(conflict =>
            conflict.columns(['model', 'id_hash']).doUpdateSet({
              payload: text,
              session_hash: sessionHash,
              expires_at: at + lifeSeconds * 1000,
            }),
          )
          .execute()
        if (model === 'RefreshToken' && sessionHash !== null) {
          await replaceOthers(transaction, hashToken(id), sessionHash)
        }
      })
    },

    find,

    async consume(model: string, id: string) {
      const { numUpdatedRows } = await db
        .updateTable('oauth_records')
        .set({ consumed_at: now().getTime() })
        .where('model', '=', model)
        .where('id_hash', '=', hashToken(id))
        .where('consumed_at', 'is', null)
        .executeTakeFirst()
      if (numUpdatedRows > 0n) return true
      const found = await find(model, id)
      return found !== undefined && found.consumedAt === undefined
    },

    async destroy(model: string, id: string) {
      await db
        .deleteFrom('oauth_records')
        .where('model', '=', model)
        .where('id_hash', '=', hashToken(id))
        .execute()
    },

    async accessToken(token: string) {
      const row = await db
        .selectFrom('oauth_records')
        .select(['session_hash', 'payload'])
        .where('model', '=', 'AccessToken')
        .where('id_hash', '=', hashToken(token))
        .where('expires_at', '>', now().getTime())
        .executeTakeFirst()
      if (row === undefined || row.session_hash === null) return undefined
      return { sessionHash: row.session_hash, scope: String(parse(row.payload).scope ?? '') }
    },

    async waitingDevice(userCode: string) {
      const row = await db
        .selectFrom('oauth_records')
        .select(['id_hash', 'payload', 'created_at'])
        .where('user_code_hash', '=', hashToken(userCode))
        .where('model', '=', 'DeviceCode')
        .where('consumed_at', 'is', null)
        .where('expires_at', '>', now().getTime())
        .executeTakeFirst()
      if (row === undefined) return undefined
      const payload = parse(row.payload)
      if (isDecided(payload)) return undefined
      return { idHash: row.id_hash, payload, createdAt: new Date(row.created_at) }
    },

    decideDevice: (idHash: string, add: OauthPayload) =>
      db.transaction().execute(async transaction => {
        const row = await transaction
          .selectFrom('oauth_records')
          .select('payload')
          .where('model', '=', 'DeviceCode')
          .where('id_hash', '=', idHash)
          .where('consumed_at', 'is', null)
          .where('expires_at', '>', now().getTime())
          .executeTakeFirst()
        const payload = row && parse(row.payload)
        if (payload === undefined || isDecided(payload)) return false
        const { grantId } = add
        await transaction
          .updateTable('oauth_records')
          .set({
            payload: JSON.stringify({ ...payload, ...add }),
            session_hash: typeof grantId === 'string' ? hashToken(grantId) : null,
          })
          .where('model', '=', 'DeviceCode')
          .where('id_hash', '=', idHash)
          .execute()
        return true
      }),
  })
}

function isDecided({ accountId, error }: OauthPayload): boolean {
  return accountId !== undefined || error !== undefined
}

/** Only `put` writes here. */
function parse(text: string): OauthPayload {
  const value: unknown = JSON.parse(text)
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
