/** Assertions that were used: each one signs in once. */
import type { Store } from '../store/index.ts'

/** What `verifyResponse` asks. */
export interface ReplayMemory {
  /** True when this assertion id was seen before; otherwise it is remembered until `until`. */
  seen(id: string, until: Date): Promise<boolean>
}

/**
 * The memory for the assertions of one identity provider (by its entityID, so that renaming the
 * provider in the file forgets nothing).
 */
export function createReplayMemory(store: Store, issuer: string, now: () => Date): ReplayMemory {
  return {
    async seen(id, until) {
      await store.db
        .deleteFrom('replays')
        .where('expires_at', '<', now().getTime() - keepLongerMs)
        .execute()
      // The insert itself decides, so two requests at the same moment cannot both be the first.
      const result = await store.db
        .insertInto('replays')
        .values({ source: issuer, assertion_id: id, expires_at: until.getTime() })
        .onConflict(conflict => conflict.doNothing())
        .executeTakeFirst()
      return (result.numInsertedOrUpdatedRows ?? 0n) === 0n
    },
  }
}

/** Kept past their end, in case the clock is set back. */
const keepLongerMs = 15 * 60 * 1000
