import type { Secret } from '@rolecall/aws'
import type { SyslogAddress } from './syslog-address.ts'

/** Where audit events are sent besides the log. */
export interface AuditSinkConfig {
  readonly id: string
  readonly from: 'now' | 'start'
  readonly format: 'jsonl' | 'ocsf'
  /** Authorities as PEM, read at load; undefined: Node's. */
  readonly ca: string | undefined
  readonly target:
    | {
        readonly kind: 'webhook'
        readonly url: string
        readonly headers: Readonly<Record<string, Secret>>
        readonly secret: Secret | undefined
      }
    | { readonly kind: 'syslog'; readonly address: SyslogAddress }
}
