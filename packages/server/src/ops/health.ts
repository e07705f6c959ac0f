/** Whether the gateway can work. */
import { countFailing } from '../audit/index.ts'
import { ServerError } from '../errors.ts'
import type { Store } from '../store/index.ts'

/** What does not work, though the gateway does. */
export interface Health {
  /** Sinks of the audit log that do not take events now. */
  readonly failingSinks: number
}

/** Throws `store-unavailable` when the store does not answer, or is no longer where it was. */
export async function checkHealth(store: Store, sinks: readonly string[]): Promise<Health> {
  try {
    store.checkFile()
    await store.db.selectFrom('audit_events').select('seq').limit(1).executeTakeFirst()
    return { failingSinks: await countFailing(store, sinks) }
  } catch (cause) {
    throw new ServerError('store-unavailable', { cause })
  }
}
