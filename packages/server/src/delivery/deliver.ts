/** The last step: a taken role reaches its user, after the audit log knows it. */
import type { HttpSend } from '@rolecall/aws'
import type { Audit, AuditEvent } from '../audit/index.ts'
import type { Config } from '../config/config.ts'
import { ServerError, type ServerErrorCode } from '../errors.ts'
import type { At, Decision, Grants } from '../grants/index.ts'
import type { DeliveryForm, Principal, RoleOffer, RoleSession } from '../nouns.ts'
import type { RoleTaker } from '../sessions/index.ts'
import type { Asker, RoleName } from './asker.ts'
import { consoleFor } from './console-link.ts'
import { checkDestination } from './destination.ts'
import { failed, notGranted, succeeded, withheld } from './events.ts'

/**
 * All of these throw `access-refused`, `gateway-credentials`, `aws-refused`, `aws-unreachable`,
 * `audit-unavailable` or `internal`, and `not-signed-in` when the sign-in ended while AWS was asked.
 * Each has its event.
 */
export interface Delivery {
  /** The console address; throws `not-found` for a role that no grant names, `bad-destination`. */
  console(asker: Asker, role: RoleName, destination: string | undefined): Promise<string>
  /** The console address of a target; throws `unknown-target`. */
  target(asker: Asker, path: string): Promise<string>
  /** The session whose keys may leave; throws `not-found` for a role that no grant names. */
  credentials(asker: Asker, role: RoleName): Promise<RoleSession>
}

/** What is asked for: how to decide on it, now and once more, and what to call it. */
interface Request {
  readonly asker: Asker
  readonly asked: RoleName
  readonly decide: (principal: Principal, at: At) => Decision
  /** The refusal when no grant names it. */
  readonly unknown: ServerErrorCode
}

/** The step over its parts. */
export function createDelivery(parts: {
  readonly config: () => Config
  /** The grants as of now. */
  readonly grants: () => Grants
  readonly now: () => Date
  readonly audit: Audit
  readonly roles: RoleTaker
  readonly http: HttpSend
}): Delivery {
  const { config, grants, now, audit, roles } = parts

  async function refusal(code: ServerErrorCode, event: AuditEvent): Promise<ServerError> {
    return new ServerError(code, { eventId: await audit.record(event) })
  }

  async function allowed(
    { asker, asked, unknown }: Request,
    decision: Decision,
  ): Promise<RoleOffer> {
    if (decision.offer !== undefined) return decision.offer
    const code = decision.isNamed ? 'access-refused' : unknown
    throw await refusal(code, notGranted(asker, asked, code, decision))
  }

  async function take({ asker }: Request, offer: RoleOffer): Promise<RoleSession> {
    const session = await roles
      .takeRole(asker.principal, offer)
      .catch((error: unknown) => recordFailure('role.refused', asker, offer, error))
    await audit.record(succeeded('role.taken', asker, session))
    return session
  }

  /** AWS may take its time: what was revoked meanwhile does not leave. */
  async function confirm(request: Request, { offer, durationSeconds }: RoleSession): Promise<void> {
    const { asker, decide } = request
    const principal = await asker.again()
    if (principal === undefined) {
      const reason = 'the sign-in ended while AWS was asked'
      throw await refusal('not-signed-in', withheld(asker, offer, 'not-signed-in', reason))
    }
    const asked = { account: offer.account.alias, role: offer.roleName }
    const again: Request = { ...request, asked, unknown: 'access-refused' }
    const confirmed = await allowed(again, decide(principal, at(asker)))
    if (!covers(confirmed, offer, durationSeconds)) {
      const reason = 'the grant changed while AWS was asked'
      throw await refusal('access-refused', withheld(asker, offer, 'access-refused', reason))
    }
  }

  async function recordFailure(
    type: 'role.refused' | 'delivery.console',
    asker: Asker,
    offer: RoleOffer,
    error: unknown,
  ): Promise<never> {
    const eventId = await audit.record(failed(type, asker, offer, error))
    if (!(error instanceof ServerError))
      throw new ServerError('internal', { eventId, cause: error })
    throw error.with({ eventId })
  }

  async function destinationOf(
    asker: Asker,
    offer: RoleOffer,
    asked: string | undefined,
  ): Promise<string> {
    try {
      return checkDestination(asked, offer, config().aws.endpoints.console)
    } catch (error) {
      if (!(error instanceof ServerError)) throw error
      throw await refusal(error.code, withheld(asker, offer, error.code, error.detail))
    }
  }

  async function open(request: Request, asked: string | undefined): Promise<string> {
    const { asker } = request
    const offer = await allowed(request, request.decide(asker.principal, at(asker)))
    const destination = await destinationOf(asker, offer, asked)
    const session = await take(request, offer)
    const url = await consoleFor(session, destination, {
      config: config(),
      http: parts.http,
    }).catch((error: unknown) => recordFailure('delivery.console', asker, offer, error))
    await confirm(request, session)
    await audit.record(succeeded('delivery.console', asker, session, { destination }))
    return url
  }

  const at = ({ address }: Asker): At => ({ now: now(), address })

  function roleRequest(asker: Asker, { account, role }: RoleName, form: DeliveryForm): Request {
    const asked = { account, role, form }
    const decide = (principal: Principal, when: At) => grants().decideRole(principal, asked, when)
    return { asker, asked, decide, unknown: 'not-found' }
  }

  return Object.freeze({
    async console(asker: Asker, role: RoleName, destination: string | undefined) {
      return open(roleRequest(asker, role, 'console'), destination)
    },
    async target(asker: Asker, path: string) {
      const decide = (principal: Principal, when: At) =>
        grants().decideTarget(principal, path, when)
      const asked = { account: '', role: `target ${path}` }
      return open({ asker, asked, decide, unknown: 'unknown-target' }, undefined)
    },
    async credentials(asker: Asker, role: RoleName) {
      const request = roleRequest(asker, role, 'credentials')
      const decision = request.decide(asker.principal, at(asker))
      const session = await take(request, await allowed(request, decision))
      await confirm(request, session)
      await audit.record(succeeded('delivery.credentials', asker, session))
      return session
    },
  })
}

/** Whether what is granted now is still the session that was made. */
function covers(now: RoleOffer, then: RoleOffer, durationSeconds: number): boolean {
  const shape = ({
    roleArn,
    policy,
    policyArns,
    tags,
    transitiveTagKeys,
    sourceIdentity,
  }: RoleOffer) =>
    JSON.stringify([roleArn, policy, policyArns, tags, transitiveTagKeys, sourceIdentity])
  return shape(now) === shape(then) && now.durationSeconds >= durationSeconds
}
