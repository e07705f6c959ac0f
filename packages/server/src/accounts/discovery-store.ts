/** What was read, in the store: a restart has it at once, and what the command reads the gateway has too. */
import type { Store } from '../store/index.ts'

/** What was read of one subject, or why it could not be. Times are milliseconds since 1970. */
export interface DiscoveryRecord {
  /** `organization`, or an account's partition and id. */
  readonly key: string
  /** What it was read by: what was read otherwise does not count. */
  readonly basis: string
  /** JSON; undefined when it was never read. */
  readonly body: string | undefined
  readonly readAt: number | undefined
  readonly problem: string | undefined
  /** Since when it cannot be read. */
  readonly problemSince: number | undefined
  /** When it was tried last. */
  readonly triedAt: number
}

/** Records that were tried after that time. */
export async function loadRecords(store: Store, after = -1): Promise<readonly DiscoveryRecord[]> {
  const rows = await store.db
    .selectFrom('discoveries')
    .selectAll()
    .where('tried_at', '>', after)
    .execute()
  return rows.map(row => ({
    key: row.key,
    basis: row.basis,
    body: row.body ?? undefined,
    readAt: row.read_at ?? undefined,
    problem: row.problem ?? undefined,
    problemSince: row.problem_since ?? undefined,
    triedAt: row.tried_at,
  }))
}

/** Puts it in the place of the one before. */
export async function saveRecord(store: Store, record: DiscoveryRecord): Promise<void> {
  const row = {
    basis: record.basis,
    body: record.body ?? null,
    read_at: record.readAt ?? null,
    problem: record.problem ?? null,
    problem_since: record.problemSince ?? null,
    tried_at: record.triedAt,
  }
  await store.db
    .insertInto('discoveries')
    .values({ key: record.key, ...row })
    .onConflict(conflict => conflict.column('key').doUpdateSet(row))
    .execute()
}

/** Takes away what is no longer asked for. */
export async function removeRecord(store: Store, key: string): Promise<void> {
  await store.db.deleteFrom('discoveries').where('key', '=', key).execute()
}
