/** Whether the gateway can work. */
import { ServerError } from '../errors.ts'
import type { Store } from '../store/index.ts'

/** Throws `store-unavailable` when the store does not answer, or is no longer where it was. */
export async function checkHealth(store: Store): Promise<void> {
  try {
    store.checkFile()
    await store.db.selectFrom('audit_events').select('seq').limit(1).executeTakeFirst()
  } catch (cause) {
    throw new ServerError('store-unavailable', { cause })
  }
}
