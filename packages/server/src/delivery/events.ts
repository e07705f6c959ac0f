/** What the audit log is told of a delivery. */
import type { AuditEvent } from '../audit/index.ts'
import type { ServerErrorCode } from '../errors.ts'
import { type Decision, refusalReason } from '../grants/index.ts'
import type { RoleOffer } from '../nouns.ts'
import { whatOf, whoOf } from '../sessions/index.ts'
import type { Asker, RoleName } from './asker.ts'

/** No grant gives the role. */
export function notGranted(
  asker: Asker,
  asked: RoleName,
  code: ServerErrorCode,
  { asked: decided, explanation }: Extract<Decision, { offer: undefined }>,
): AuditEvent {
  return {
    ...whoOf(asker),
    type: 'access.refused',
    result: 'refused',
    account: (decided ?? asked).account,
    role: (decided ?? asked).role,
    code,
    reason: refusalReason(explanation),
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
