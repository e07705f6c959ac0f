/** What the audit log is told of a delivery. */
import type { AuditEvent } from '../audit/index.ts'
import type { ServerErrorCode } from '../errors.ts'
import { type Decision, describeGrant } from '../grants/index.ts'
import type { RoleOffer } from '../nouns.ts'
import { whatOf, whoOf } from '../sessions/index.ts'
import type { Asker, RoleName } from './asker.ts'

const maxReason = 1000

/** No grant gives the role. */
export function notGranted(
  asker: Asker,
  asked: RoleName,
  code: ServerErrorCode,
  { wouldNeed }: Extract<Decision, { offer: undefined }>,
): AuditEvent {
  const [grant] = wouldNeed
  return {
    ...whoOf(asker),
    type: 'access.refused',
    result: 'refused',
    account: grant?.account.alias ?? asked.account,
    role: grant?.roleName ?? asked.role,
    code,
    reason:
      wouldNeed.map(describeGrant).join('; ').slice(0, maxReason) || 'no grant names this role',
  }
}

/** A grant gives the role, and still nothing is delivered. */
export function withheld(
  asker: Asker,
  offer: RoleOffer,
  code: ServerErrorCode,
  reason: string | undefined,
): AuditEvent {
  return {
    ...whoOf(asker),
    ...whatOf(offer),
    type: 'access.refused',
    result: 'refused',
    code,
    reason,
  }
}
