/** Where oidc-provider keeps what it has to remember: its adapter over our records. */
import type { Adapter, AdapterPayload } from 'oidc-provider'
import type { OauthRecords } from '../../signin/command-line/index.ts'

const none = async () => undefined

/**
 * The adapter of one of its models. What is used up is told once to one asker: `AlreadyUsed` is thrown at all
 * others, and ends the grant. Its own session is kept nowhere: a browser is known by ours.
 */
export function createAdapter(
  model: string,
  parts: {
    readonly records: OauthRecords
    /** Told of a grant that oidc-provider ends with all its tokens. */
    readonly onRevoked: (grantId: string) => Promise<void>
    /** Thrown at whoever uses a code or token that was used. */
    readonly alreadyUsed: () => Error
  },
): Adapter {
  const { records } = parts
  if (model === 'Session') {
    return {
      upsert: none,
      find: none,
      findByUserCode: none,
      findByUid: none,
      consume: none,
      destroy: none,
      revokeByGrantId: none,
    }
  }
  return {
    async upsert(id, payload, expiresIn) {
      if (expiresIn === undefined) throw new TypeError(`a ${model} without an end`)
      await records.put(model, id, { ...payload }, expiresIn)
    },
    async find(id) {
      const record = await records.find(model, id)
      if (record === undefined) return undefined
      const { payload, consumedAt } = record
      const found: AdapterPayload = { ...payload, jti: id }
      // It takes 0 for not used.
      if (consumedAt !== undefined) found.consumed = Math.ceil(consumedAt.getTime() / 1000) || 1
      return found
    },
    // Our own page asks by user code and by nothing else.
    findByUserCode: none,
    findByUid: none,
    async consume(id) {
      if (await records.consume(model, id)) return
      const grantId = (await records.find(model, id))?.payload.grantId
      if (typeof grantId === 'string') await parts.onRevoked(grantId)
      throw parts.alreadyUsed()
    },
    destroy: id => records.destroy(model, id),
    async revokeByGrantId(grantId) {
      // It asks every model for the same: one is enough, the session takes all along.
      if (model === 'AccessToken') await parts.onRevoked(grantId)
    },
  }
}
