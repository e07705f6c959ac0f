/** The last step: a taken role reaches its user, after the audit log knows it. */
import { AwsError, type HttpSend } from '@rolecall/aws'
import type { Audit, AuditEvent } from '../audit/index.ts'
import type { Config } from '../config/config.ts'
import { ServerError, type ServerErrorCode } from '../errors.ts'
import { type Decision, decideRole, decideTarget, describeGrant } from '../grants/index.ts'
import type { Principal, RoleOffer, RoleSession } from '../nouns.ts'
import type { RoleTaker } from '../sessions/index.ts'
import { consoleFor } from './console-link.ts'
import { checkDestination } from './destination.ts'

/** Who asks, and from which network address. */
export interface Asker {
  readonly principal: Principal
  readonly address: string
}

/** A role by alias and name. */
export interface RoleName {
  readonly account: string
  readonly role: string
}

/** All of these throw `access-refused`, `aws-refused`, `aws-unreachable` or `audit-unavailable`. */
export interface Delivery {
  /** The console address; throws `not-found` for a role that no grant names, `bad-destination`. */
  console(asker: Asker, role: RoleName, destination: string | undefined): Promise<string>
  /** The console address of a target; throws `unknown-target`. */
  target(asker: Asker, path: string): Promise<string>
  /** The session whose keys may leave; throws `not-found` for a role that no grant names. */
  credentials(asker: Asker, role: RoleName): Promise<RoleSession>
}

/** The step over its parts. */
export function createDelivery(parts: {
  readonly config: () => Config
  readonly audit: Audit
  readonly roles: RoleTaker
  readonly http: HttpSend
}): Delivery {
  const { audit, roles } = parts

  async function allowed(
    asker: Asker,
    decision: Decision,
    asked: RoleName,
    unknown: ServerErrorCode,
  ): Promise<RoleOffer> {
    if (decision.offer !== undefined) return decision.offer
    const code = decision.wouldNeed.length === 0 ? unknown : 'access-refused'
    const [grant] = decision.wouldNeed
    const eventId = await audit.record({
      ...who(asker),
      type: 'access.refused',
      result: 'refused',
      account: grant?.account.alias ?? asked.account,
      role: grant?.roleName ?? asked.role,
      code,
      reason:
        decision.wouldNeed.map(describeGrant).join('; ').slice(0, 1000) ||
        'no grant names this role',
    })
    throw new ServerError(code, { eventId })
  }

  async function take(asker: Asker, offer: RoleOffer): Promise<RoleSession> {
    try {
      return await roles.takeRole(asker.principal, offer)
    } catch (error) {
      throw await recordFailure('role.refused', asker, offer, error)
    }
  }

  async function recordFailure(
    type: 'role.refused' | 'delivery.console',
    asker: Asker,
    offer: RoleOffer,
    error: unknown,
  ): Promise<unknown> {
    if (!(error instanceof ServerError)) return error
    const cause = error.cause instanceof AwsError ? error.cause : undefined
    const eventId = await audit.record({
      ...who(asker),
      ...what(offer),
      type,
      result: error.code === 'aws-unreachable' ? 'error' : 'refused',
      code: cause?.code ?? error.code,
      reason: cause?.message.slice(0, 1000),
      requestId: cause?.requestId,
    })
    return new ServerError(error.code, {
      eventId,
      cause: error.cause,
      ...(error.detail === undefined ? {} : { detail: error.detail }),
    })
  }

  async function open(asker: Asker, offer: RoleOffer, asked: string | undefined): Promise<string> {
    const config = parts.config()
    const destination = checkDestination(asked, offer, config.aws.endpoints.console)
    const session = await take(asker, offer)
    await audit.record(sessionEvent('role.taken', asker, session))
    const url = await consoleFor(session, destination, { config, http: parts.http }).catch(
      async (error: unknown) => {
        throw await recordFailure('delivery.console', asker, offer, error)
      },
    )
    const delivered = sessionEvent('delivery.console', asker, session)
    await audit.record({ ...delivered, detail: { ...delivered.detail, destination } })
    return url
  }

  return Object.freeze({
    async console(asker: Asker, role: RoleName, destination: string | undefined) {
      const decision = decideRole(asker.principal, parts.config().grants, role)
      return open(asker, await allowed(asker, decision, role, 'not-found'), destination)
    },
    async target(asker: Asker, path: string) {
      const decision = decideTarget(asker.principal, parts.config().grants, path)
      const asked = { account: '', role: `target ${path}` }
      return open(asker, await allowed(asker, decision, asked, 'unknown-target'), undefined)
    },
    async credentials(asker: Asker, role: RoleName) {
      const decision = decideRole(asker.principal, parts.config().grants, role)
      const session = await take(asker, await allowed(asker, decision, role, 'not-found'))
      await audit.record([
        sessionEvent('role.taken', asker, session),
        sessionEvent('delivery.credentials', asker, session),
      ])
      return session
    },
  })
}

function who({ principal, address }: Asker) {
  return { principal: principal.id, source: principal.source, address }
}

function what(offer: RoleOffer) {
  return { account: offer.account.alias, role: offer.roleName, grant: offer.grant.name }
}

function sessionEvent(
  type: 'role.taken' | 'delivery.console' | 'delivery.credentials',
  asker: Asker,
  session: RoleSession,
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
    },
  }
}
