/** What the audit log is told of a delivery. */
import { AwsError } from '@rolecall/aws'
import type { AuditEvent } from '../audit/index.ts'
import { ServerError, type ServerErrorCode } from '../errors.ts'
import { type Decision, refusalReason } from '../grants/index.ts'
import type { RoleOffer, RoleSession } from '../nouns.ts'
import type { Asker, RoleName } from './asker.ts'

const maxReason = 1000
/** AWS decided nothing about the person: something between it and us does not work. */
const failures: ReadonlySet<ServerErrorCode> = new Set(['aws-unreachable', 'gateway-credentials'])

/** No grant gives the role. */
export function notGranted(
  asker: Asker,
  asked: RoleName,
  code: ServerErrorCode,
  { asked: decided, explanation }: Extract<Decision, { offer: undefined }>,
): AuditEvent {
  return {
    ...who(asker),
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
  return { ...who(asker), ...what(offer), type: 'access.refused', result: 'refused', code, reason }
}

/** AWS refused or did not answer, or we failed: the reason then is the kind of the error only. */
export function failed(
  type: 'role.refused' | 'delivery.console',
  asker: Asker,
  offer: RoleOffer,
  error: unknown,
): AuditEvent {
  const isOurs = !(error instanceof ServerError)
  const cause = isOurs ? error : error.cause
  const aws = cause instanceof AwsError ? cause : undefined
  const ownReason = aws === undefined ? nameOf(error) : `${aws.code}: ${aws.message}`
  return {
    ...who(asker),
    ...what(offer),
    type,
    result: isOurs || failures.has(error.code) ? 'error' : 'refused',
    code: isOurs ? 'internal' : (aws?.code ?? error.code),
    reason: (isOurs ? ownReason : aws?.message)?.slice(0, maxReason),
    requestId: aws?.requestId,
  }
}

/** A role was taken, or what it gives is about to leave. */
export function succeeded(
  type: 'role.taken' | 'delivery.console' | 'delivery.credentials',
  asker: Asker,
  session: RoleSession,
  detail: Readonly<Record<string, string>> = {},
): AuditEvent {
  return {
    ...who(asker),
    ...what(session.offer),
    type,
    result: 'success',
    sessionName: session.sessionName,
    accessKeyId: session.credentials.accessKeyId,
    requestId: session.requestId,
    reason: session.offer.reason,
    detail: {
      expiration: session.expiration.toISOString(),
      durationSeconds: String(session.durationSeconds),
      ...detail,
    },
  }
}

function who({ principal, address }: Asker) {
  return { principal: principal.id, source: principal.source, address }
}

function what(offer: RoleOffer) {
  return { account: offer.account.alias, role: offer.roleName, grant: offer.grant.name }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error
}
