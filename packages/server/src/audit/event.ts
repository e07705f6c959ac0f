/** What the audit log holds: one event per sign-in, refusal, role taken, delivery, change. */
export const auditEventTypes = [
  'signin.succeeded',
  'signin.refused',
  'signout',
  'signout.provider',
  'signout.refused',
  'access.refused',
  'role.taken',
  'role.refused',
  'delivery.console',
  'delivery.credentials',
  'delivery.request',
  'delivery.answer',
  'user.added',
  'user.changed',
  'config.reloaded',
  'discovery.changed',
  'server.started',
  'server.stopped',
] as const

/** One of `auditEventTypes`. */
export type AuditEventType = (typeof auditEventTypes)[number]

/** One thing that happened, without a secret. Absent facts are left out. */
export interface AuditEvent {
  readonly type: AuditEventType
  readonly result: 'success' | 'refused' | 'error'
  /** The Principal's id. */
  readonly principal?: string | undefined
  /** The sign-in source. */
  readonly source?: string | undefined
  /** The network address that asked. */
  readonly address?: string | undefined
  /** The account's alias. */
  readonly account?: string | undefined
  readonly role?: string | undefined
  /** The name of the grant that allowed it. */
  readonly grant?: string | undefined
  readonly sessionName?: string | undefined
  readonly accessKeyId?: string | undefined
  /** Of STS: joins this line with CloudTrail's. */
  readonly requestId?: string | undefined
  /** An error code of ours, of `@rolecall/saml` or of AWS. */
  readonly code?: string | undefined
  readonly reason?: string | undefined
  readonly detail?: Readonly<Record<string, string>> | undefined
}

/** An event as it was written. `hash` covers `body`, and through `previousHash` all before it. */
export interface RecordedEvent {
  readonly seq: number
  readonly id: string
  readonly at: Date
  readonly event: AuditEvent
  readonly previousHash: string
  readonly hash: string
}
