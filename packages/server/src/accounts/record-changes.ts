/** What the audit log and the operator are told of readings that no longer work, and of those that do again. */
import type { Audit, AuditEvent } from '../audit/index.ts'
import type { DiscoveryOptions } from './create-discovery.ts'

/** Writes both; an event that cannot be written holds up nothing here, as nothing leaves. */
export function recordChanges(
  audit: Pick<Audit, 'record'>,
  warn: (message: string) => void,
): NonNullable<DiscoveryOptions['onChange']> {
  return ({ account, problem, countsUntil }) => {
    const what =
      account === undefined
        ? 'the accounts of the organization'
        : `the roles of account ${account.alias}`
    const until =
      countsUntil === undefined
        ? ''
        : `; what was read before counts until ${countsUntil.toISOString()}`
    warn(
      problem === undefined
        ? `${what} can be read again`
        : `${what} cannot be read: ${problem.message}${until}`,
    )
    const event: AuditEvent = {
      type: 'discovery.changed',
      result: problem === undefined ? 'success' : 'error',
      ...(account === undefined ? {} : { account: account.alias }),
      ...(problem === undefined ? {} : { reason: problem.message }),
    }
    audit.record(event).catch((error: unknown) => {
      warn(`the audit log does not have it: ${error instanceof Error ? error.message : error}`)
    })
  }
}
