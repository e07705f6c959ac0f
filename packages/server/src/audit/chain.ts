import { hash } from 'node:crypto'
import type { Store } from '../store/index.ts'

/** What the first event names as the hash before it. */
export const genesisHash = '0'.repeat(64)

/** The hash of an event: SHA-256 over the hash before it and its canonical JSON, in hex. */
export function chainHash(previousHash: string, body: string): string {
  return hash('sha256', previousHash + body)
}

/** A sound chain with its length and last hash, or the first event that breaks it. */
export type ChainReport =
  | { readonly ok: true; readonly events: number; readonly head: string }
  | { readonly ok: false; readonly seq: number; readonly reason: string }

const pageSize = 1000

/**
 * Recomputes the chain from the first event to the last and says where it breaks. Cutting events
 * off the end cannot be seen from inside: keep `head` elsewhere and compare.
 */
export async function verifyChain(store: Store): Promise<ChainReport> {
  let previous = { seq: 0, hash: genesisHash }
  // Also what stands before the first: nobody would ever see it.
  let after = Number.MIN_SAFE_INTEGER
  for (;;) {
    const rows = await store.db
      .selectFrom('audit_events')
      .selectAll()
      .where('seq', '>', after)
      .orderBy('seq')
      .limit(pageSize)
      .execute()
    for (const row of rows) {
      after = row.seq
      const broken = (reason: string): ChainReport => ({ ok: false, seq: row.seq, reason })
      if (row.seq < 1) return broken('it stands before the first event')
      if (row.seq !== previous.seq + 1) return broken(`event ${previous.seq + 1} is missing`)
      if (row.previous_hash !== previous.hash) {
        return broken('it does not name the hash of the event before it')
      }
      if (row.hash !== chainHash(previous.hash, row.body)) {
        return broken('its body does not have its hash')
      }
      if (!columnsAgree(row)) return broken('its columns differ from its body')
      previous = { seq: row.seq, hash: row.hash }
    }
    if (rows.length < pageSize) return { ok: true, events: previous.seq, head: previous.hash }
  }
}

function columnsAgree(row: { id: string; at: number; type: string; body: string }): boolean {
  try {
    const body: unknown = JSON.parse(row.body)
    if (typeof body !== 'object' || body === null) return false
    if (!('id' in body && 'at' in body && 'type' in body)) return false
    const at = new Date(row.at).toISOString()
    return body.id === row.id && body.type === row.type && body.at === at
  } catch {
    return false
  }
}
