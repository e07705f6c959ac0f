/** What the HTTP edge refuses reaches the audit log too. */
import type { FastifyRequest } from 'fastify'
import type { AuditEvent } from '../audit/index.ts'
import { ServerError, type ServerErrorCode } from '../errors.ts'
import type { Principal } from '../nouns.ts'
import { clientAddress, networkOf } from './client-address.ts'
import type { Cookies } from './cookies.ts'
import type { Gateway } from './gateway.ts'
import { visitOf } from './request-facts.ts'

/** Refusals that no step behind the edge has recorded. */
const codes: ReadonlySet<ServerErrorCode> = new Set([
  'bad-destination',
  'bad-return-path',
  'cross-site-request',
  'keys-in-clear',
  'not-a-machine',
  'not-a-navigation',
  'password-in-clear',
  'too-many-requests',
  'two-identities',
  'unknown-provider',
  'unknown-user-code',
] as const)

const maxReason = 200

/** Records a refusal that has no event yet, and answers with it under its event. */
export type RecordRefusal = (error: ServerError, request: FastifyRequest) => Promise<ServerError>

/**
 * One event for each kind, route and person in a minute, or network when nobody is signed in: whoever
 * repeats a refused request makes no more of them. People are counted apart, so that no stranger can
 * use up what is kept of them.
 */
export function createRecordRefusal(gateway: Gateway, cookies: Cookies): RecordRefusal {
  /** Nobody, when it cannot be told: that must not cost the event. */
  async function whoAsks(request: FastifyRequest): Promise<Principal | undefined> {
    try {
      return (await gateway.identify(visitOf(request, cookies)))?.principal
    } catch (error) {
      if (error instanceof ServerError) return undefined
      throw error
    }
  }

  async function recorded(error: ServerError, request: FastifyRequest): Promise<string> {
    const principal = await whoAsks(request)
    const { ofPerson, ofNetwork } = gateway.recordRefusal
    const kind = [error.code, limitOf(error), routeOf(request)].join(' ')
    const event = eventOf(error, request, principal)
    return principal === undefined
      ? ofNetwork(`${kind} ${networkOf(clientAddress(request))}`, event)
      : ofPerson(`${kind} ${principal.id}`, event)
  }

  return async (error, request) => {
    if (error.eventId !== undefined || !codes.has(error.code)) return error
    try {
      return error.with({ eventId: await recorded(error, request) })
    } catch (failure) {
      // Nothing leaves with a refusal, so it stands also when it cannot be recorded.
      request.log.error({ err: failure }, 'a refusal was not recorded')
      return error
    }
  }
}

function eventOf(
  error: ServerError,
  request: FastifyRequest,
  principal: Principal | undefined,
): AuditEvent {
  return {
    type: isSignIn(request) ? 'signin.refused' : 'access.refused',
    result: 'refused',
    principal: principal?.id,
    source: principal?.source,
    address: clientAddress(request),
    code: error.code,
    reason: (error.detail ?? error.message).slice(0, maxReason),
    detail: { request: `${request.method} ${routeOf(request)}` },
  }
}

/** Which limit was reached: our own words. The details of other refusals are the client's. */
function limitOf(error: ServerError): string {
  return error.code === 'too-many-requests' ? (error.detail ?? '') : ''
}

function routeOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? 'none'
}

function isSignIn(request: FastifyRequest): boolean {
  return /^((\/api\/v1)?\/signin|\/oauth|\/device)(\/|$)/.test(routeOf(request))
}
