/** What the audit log is told of a role session. */
import { AwsError } from '@rolecall/aws'
import type { AuditEvent, AuditEventType } from '../audit/index.ts'
import { ServerError, type ServerErrorCode } from '../errors.ts'
import type { Principal, RoleOffer, RoleSession } from '../nouns.ts'

const maxReason = 1000
/** AWS decided nothing about the person: something between it and us does not work. */
const failures: ReadonlySet<ServerErrorCode> = new Set(['aws-unreachable', 'gateway-credentials'])

/** For whom, and at which network address they asked. */
export interface Taker {
  readonly principal: Principal
  readonly address: string
}

/** A role was taken, or what it gives is about to leave. */
export function succeeded(
  type: AuditEventType,
  taker: Taker,
  session: RoleSession,
  detail: Readonly<Record<string, string>> = {},
): AuditEvent {
  return {
    ...whoOf(taker),
    ...whatOf(session.offer),
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

/** AWS refused or did not answer, or we failed: the reason then is the kind of the error only. */
export function failed(
  type: AuditEventType,
  taker: Taker,
  offer: RoleOffer,
  error: unknown,
  detail?: Readonly<Record<string, string>>,
): AuditEvent {
  const isOurs = !(error instanceof ServerError)
  const cause = isOurs ? error : error.cause
  const aws = cause instanceof AwsError ? cause : undefined
  const ownReason = aws === undefined ? nameOf(error) : `${aws.code}: ${aws.message}`
  return {
    ...whoOf(taker),
    ...whatOf(offer),
    type,
    result: isOurs || failures.has(error.code) ? 'error' : 'refused',
    code: isOurs ? 'internal' : (aws?.code ?? error.code),
    reason: (isOurs ? ownReason : aws?.message)?.slice(0, maxReason),
    requestId: aws?.requestId,
    detail,
  }
}

/** The principal in the words of the audit log. */
export function whoOf({ principal, address }: Taker) {
  return { principal: principal.id, source: principal.source, address }
}

/** The role and the grant in the words of the audit log. */
export function whatOf(offer: RoleOffer) {
  return { account: offer.account.alias, role: offer.roleName, grant: offer.grant.name }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error
}
