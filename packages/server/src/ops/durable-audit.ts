/** The audit log as the steps use it: when it cannot be written, nothing leaves. */
import type { Audit } from '../audit/index.ts'
import { ServerError } from '../errors.ts'

/** The same audit log; a failed write becomes `audit-unavailable`. */
export function durableAudit(audit: Audit): Audit {
  return Object.freeze({
    recent: audit.recent,
    find: audit.find,
    async record(events: Parameters<Audit['record']>[0]) {
      try {
        return await audit.record(events)
      } catch (cause) {
        throw new ServerError('audit-unavailable', { cause, detail: 'the event was not written' })
      }
    },
  })
}
