import type { AuditSinkConfig } from './audit-config.ts'
import type { Resources } from './resources.ts'
import type { ConfigFile } from './schema.ts'
import { readSyslogAddress } from './syslog-address.ts'

/** The sinks of a file in which no check found a problem. */
export function buildAuditSinks(
  { sinks }: ConfigFile['audit'],
  resources: Resources,
): readonly AuditSinkConfig[] {
  return sinks.map((entry, index) => {
    const { id, from, webhook, syslog } = entry
    const { headers = {}, secret, ca } = resources.sinks.get(index) ?? {}
    if (webhook !== undefined) {
      const target = { kind: 'webhook', url: webhook.url, headers, secret } as const
      return { id, from, format: webhook.format, ca, target }
    }
    const address = readSyslogAddress(syslog?.address ?? '')
    if (syslog === undefined || address === undefined) {
      throw new Error(`the audit sink ${id} was checked but has nowhere to send to`)
    }
    return { id, from, format: syslog.format, ca, target: { kind: 'syslog', address } }
  })
}
