import type { Findings } from '../findings.ts'
import { leavesOf, type OldMap } from '../old-value.ts'

/** The gateway logs to standard output; what must last is in the audit log. */
export function importLogging(config: OldMap, findings: Findings): void {
  for (const { key, place, value } of leavesOf(config)) {
    if (!/^(logging_handler\..*|log_level|log_format)$/.test(key)) continue
    if (key.startsWith('logging_handler.')) {
      const isRemote = key.includes('address') && value.kind === 'list'
      const why = 'the gateway writes JSON lines to standard output, and an audit log of its own'
      const todo = isRemote
        ? 'send the audit log there: `audit.sinks` with `syslog: { address: … }`'
        : 'let systemd or the container take the lines; `audit.sinks` sends the audit log on'
      findings.changed(place, key, undefined, why, todo)
    } else {
      findings.changed(
        place,
        key,
        undefined,
        'the log has one form, JSON, and no secret at any level',
      )
    }
  }
}
