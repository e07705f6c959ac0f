/** Whether the gateway can work. */
import type { Store } from '../store/index.ts'

/** Rejects when the store does not answer. */
export async function checkHealth(store: Store): Promise<void> {
  await store.db.selectFrom('audit_events').select('seq').limit(1).executeTakeFirst()
}
