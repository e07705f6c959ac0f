/** The last step: a taken role reaches its user, after the audit log knows it. */
import type { HttpSend } from '@rolecall/aws'
import type { Audit, AuditEvent } from '../audit/index.ts'
import type { Config } from '../config/config.ts'
import { ServerError, type ServerErrorCode } from '../errors.ts'
import type { At, Decision, Grants } from '../grants/index.ts'
import type { DeliveryForm, Principal, RoleOffer, RoleSession } from '../nouns.ts'
import { failed, type RoleTaker, succeeded, type TakenRole } from '../sessions/index.ts'
import type { Asker, RoleName } from './asker.ts'
import { type ConsolePage, checkIssuer, consoleFor } from './console-link.ts'
import { checkDestination } from './destination.ts'
import { notGranted, withheld } from './events.ts'
import { isSameRole } from './same-role.ts'

/**
 * All of these throw `access-refused`, `form-refused`, `gateway-credentials`, `aws-refused`,
 * `session-refused`, `session-too-large`, `aws-unreachable`, `audit-unavailable` or `internal`, and
 * `not-signed-in` when the sign-in ended while AWS was asked. Each has its event.
 */
export interface Delivery {
  /** The console address; throws `not-found` for a role that no grant names, `bad-destination`. */
  console(asker: Asker, role: RoleName, page?: ConsolePage): Promise<string>
  /** The console address of a target; throws `unknown-target`. */
  target(asker: Asker, path: string): Promise<string>
  /** The session whose keys may leave; throws `not-found` for a role that no grant names. */
  credentials(asker: Asker, role: RoleName): Promise<RoleSession>
  /** Takes the role and gives nothing away: whether AWS would give it. Throws as `credentials` does. */
  probe(asker: Asker, role: RoleName): Promise<void>
  /** The console address of a session that `credentials` gave; decided on once more. */
  consoleOf(asker: Asker, session: RoleSession, page?: ConsolePage): Promise<string>
}

/** What is asked for: how to decide on it, now and once more, and what to call it. */
interface Request {
  readonly asker: Asker
  readonly form: DeliveryForm
  readonly asked: RoleName
  /** Without a form: whether the role may be taken at all. */
  readonly decide: (principal: Principal, form: DeliveryForm | undefined, at: At) => Decision
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

  /** The offer of the role in the form that is asked for, to this principal at this moment. */
  async function allowed(request: Request, principal: Principal): Promise<RoleOffer> {
    const { asker, asked, form, unknown, decide } = request
    const at: At = { now: now(), address: asker.address }
    const decision = decide(principal, form, at)
    if (decision.offer?.forms.includes(form)) return decision.offer
    const { offer } = decision.offer === undefined ? decide(principal, undefined, at) : decision
    if (offer !== undefined) {
      const { name, line } = offer.grant
      const reason = `grant ${JSON.stringify(name)} (line ${line}) gives ${offer.forms.join(' and ')}, not ${form}`
      throw await refusal('form-refused', withheld(asker, offer, 'form-refused', reason))
    }
    if (decision.offer !== undefined) throw new Error('an offer without an offer')
    const code = decision.isNamed ? 'access-refused' : unknown
    throw await refusal(code, notGranted(asker, asked, code, decision))
  }

  async function take({ asker, form }: Request, offer: RoleOffer): Promise<TakenRole> {
    return roles
      .take(asker.principal, offer, { form, address: asker.address })
      .catch((error: unknown) => recordFailure('role.refused', asker, offer, error))
  }

  /** AWS may take its time: what was revoked meanwhile does not leave. */
  async function confirm(request: Request, offer: RoleOffer): Promise<void> {
    const { asker } = request
    const principal = await asker.again()
    // What was taken for one person does not leave when the request has become another's.
    if (principal?.id !== asker.principal.id) {
      const reason = 'the sign-in ended while AWS was asked'
      throw await refusal('not-signed-in', withheld(asker, offer, 'not-signed-in', reason))
    }
    const asked = { account: offer.account.alias, role: offer.roleName }
    const again: Request = { ...request, asked, unknown: 'access-refused' }
    if (!isSameRole(await allowed(again, principal), offer)) {
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
    if (error instanceof ServerError && error.code === 'audit-unavailable') throw error
    const eventId = await audit.record(failed(type, asker, offer, error))
    if (!(error instanceof ServerError))
      throw new ServerError('internal', { eventId, cause: error })
    throw error.with({ eventId })
  }

  async function pageOf(asker: Asker, offer: RoleOffer, page: ConsolePage) {
    try {
      checkIssuer(page.issuer)
      const destination = checkDestination(page.destination, offer, config().aws.endpoints.console)
      return { ...page, destination }
    } catch (error) {
      if (!(error instanceof ServerError)) throw error
      throw await refusal(error.code, withheld(asker, offer, error.code, error.detail))
    }
  }

  /** `given` is a session that the asker has already. */
  async function open(
    request: Request,
    wanted: ConsolePage = {},
    given?: RoleSession,
  ): Promise<string> {
    const { asker } = request
    const offer = await allowed(request, asker.principal)
    const page = await pageOf(asker, offer, wanted)
    const isGiven = given !== undefined && isSameRole(offer, given.offer)
    const { session, isCached } = isGiven
      ? { session: { ...given, offer }, isCached: true }
      : await take(request, offer)
    const options = { config: config(), http: parts.http }
    const url = await consoleFor(session, page, options).catch((error: unknown) =>
      recordFailure('delivery.console', asker, offer, error),
    )
    await confirm(request, offer)
    const detail = { ...cachedDetail(isCached), destination: page.destination }
    await audit.record(succeeded('delivery.console', asker, session, detail))
    return url
  }

  function roleRequest(asker: Asker, form: DeliveryForm, asked: RoleName): Request {
    const decide: Request['decide'] = (principal, wanted, at) =>
      grants().decideRole(principal, wanted === undefined ? asked : { ...asked, form: wanted }, at)
    return { asker, form, asked, decide, unknown: 'not-found' }
  }

  return Object.freeze({
    async console(asker: Asker, role: RoleName, page?: ConsolePage) {
      return open(roleRequest(asker, 'console', role), page)
    },
    async target(asker: Asker, path: string) {
      const decide: Request['decide'] = (principal, _form, at) =>
        grants().decideTarget(principal, path, at)
      const asked = { account: '', role: `target ${path}` }
      return open({ asker, form: 'console', asked, decide, unknown: 'unknown-target' })
    },
    async credentials(asker: Asker, role: RoleName) {
      const request = roleRequest(asker, 'credentials', role)
      const offer = await allowed(request, asker.principal)
      const { session, isCached, isWaited } = await take(request, offer)
      if (isWaited) await confirm(request, offer)
      await audit.record(succeeded('delivery.credentials', asker, session, cachedDetail(isCached)))
      return session
    },
    async probe(asker: Asker, role: RoleName) {
      const request = roleRequest(asker, 'credentials', role)
      await take(request, await allowed(request, asker.principal))
    },
    async consoleOf(asker: Asker, session: RoleSession, page?: ConsolePage) {
      const { account, roleName } = session.offer
      const role = { account: account.alias, role: roleName }
      return open(roleRequest(asker, 'console', role), page, session)
    },
  })
}

function cachedDetail(isCached: boolean): Readonly<Record<string, string>> {
  return { cached: String(isCached) }
}
