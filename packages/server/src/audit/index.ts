export { type ChainReport, chainHash, genesisHash, verifyChain } from './chain.ts'
export { type Audit, type AuditOptions, createAudit, recordIn } from './create-audit.ts'
export {
  type AuditEvent,
  type AuditEventType,
  auditEventTypes,
  type RecordedEvent,
} from './event.ts'
export { threadWriter } from './group-writer.ts'
