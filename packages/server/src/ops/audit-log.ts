/** The audit log at work: on the disk before anything leaves, and from there on its way to the sinks. */
import { hostname } from 'node:os'
import {
  type Audit,
  createAudit,
  createAuditSinks,
  holderName,
  threadWriter,
} from '../audit/index.ts'
import type { Config } from '../config/config.ts'
import type { Store } from '../store/index.ts'
import { durableAudit } from './durable-audit.ts'

/** The log, where it is sent, and its end. */
export interface AuditLog {
  readonly audit: Audit
  /** Takes the sinks of a configuration; none before the first call. */
  sendTo(sinks: Config['audit']['sinks']): Promise<void>
  /** Writes what is being written; the store stays open. */
  close(): Promise<void>
}

/** Opens the log of a store. */
export function openAuditLog(options: {
  readonly store: Store
  readonly now: () => Date
  readonly random: (bytes: number) => Uint8Array
  /** Told of what somebody should look at. */
  readonly warn: (message: string) => void
}): AuditLog {
  const { store, now, random, warn } = options
  const sinks = createAuditSinks({
    store,
    now,
    chance: Math.random,
    holder: holderName(random),
    hostname: hostname(),
    report: warn,
  })
  const writer = threadWriter(store)
  return Object.freeze({
    audit: durableAudit(createAudit(store, { now, random, onWritten: sinks.wake }, writer)),
    sendTo: sinks.replace,
    async close() {
      await sinks.close()
      await writer.close()
    },
  })
}
