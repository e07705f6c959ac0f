export { type ChainReport, chainHash, genesisHash, verifyChain } from './chain.ts'
export {
  type Audit,
  type AuditOptions,
  createAudit,
  recordedEvent,
  recordIn,
} from './create-audit.ts'
export {
  type AuditEvent,
  type AuditEventType,
  auditEventTypes,
  type RecordedEvent,
} from './event.ts'
export { type EventFormat, eventFormats, eventLine } from './event-line.ts'
export { threadWriter } from './group-writer.ts'
export { type LogRange, readLog } from './read-log.ts'
export { type AuditSinks, createAuditSinks } from './sinks/create-sinks.ts'
export { countFailing, type SinkState, sinkStates } from './sinks/cursors.ts'
export { holderName } from './sinks/holder.ts'
export { type ExportReport, verifyExport } from './verify-export.ts'
