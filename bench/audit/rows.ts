import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { AuditEvent } from '@rolecall/server'
import { createAudit, threadWriter, verifyChain } from '../../packages/server/src/audit/index.ts'
import { openStore } from '../../packages/server/src/store/index.ts'
import { mustEqual } from '../check.ts'
import { compare, concurrently, repeat } from '../measure.ts'
import type { Row } from '../row.ts'

const inFlight = 256

const event: AuditEvent = {
  type: 'delivery.credentials',
  result: 'success',
  principal: 'company:person17',
  source: 'company',
  address: '192.0.2.17',
  account: 'prod',
  role: 'ReadOnly',
  grant: 'developers',
  sessionName: 'person17',
  accessKeyId: 'ASIAQRSTUVWXYZ234567',
  requestId: '8b5a9ff4-5d5e-4a44-9d0c-3f5a0a3f4a11',
}

/** How fast events get onto the disk, each waited for. */
export const auditEvents: Row = {
  name: 'audit-events',
  unit: 'events/s',
  peerName: 'bare rows in groups',
  what: `Events in the audit log, ${inFlight} at a time, each on the disk before it counts`,
  measure: compare(async () => {
    const directory = mkdtempSync(join(tmpdir(), 'rolecall-bench-audit-'))
    const store = await openStore(join(directory, 'audit.db'))
    const writer = threadWriter(store)
    const audit = createAudit(store, { now: () => new Date() }, writer)
    await audit.record(event)
    mustEqual('chain', (await verifyChain(store)).ok, true)
    const [latest] = await audit.recent({ limit: 1 })
    const bare = bareRows(join(directory, 'bare.db'), JSON.stringify(latest))
    return {
      ours: concurrently(inFlight, () => audit.record(event)),
      peer: async (seconds, clock) => (await repeat(bare.group)(seconds, clock)) * inFlight,
      end() {
        bare.close()
        void writer.close().then(async () => {
          await store.close()
          rmSync(directory, { recursive: true })
        })
      },
    }
  }),
}

/** Rows of the same length and the same durability, one index, nothing else. */
function bareRows(file: string, body: string) {
  const database = new DatabaseSync(file)
  database.exec('pragma journal_mode = wal; pragma synchronous = full')
  database.exec('create table rows (seq integer primary key, body text not null) strict')
  const insert = database.prepare('insert into rows (body) values (?)')
  return {
    group() {
      database.exec('begin immediate')
      for (let left = inFlight; left > 0; left--) insert.run(body)
      database.exec('commit')
    },
    close: () => database.close(),
  }
}
