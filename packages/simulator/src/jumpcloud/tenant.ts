import { randomBytes, randomUUID } from 'node:crypto'
import { type BoundedMap, boundedMap } from '../bounded-map.ts'
import { createDuo, type DuoService } from '../duo/duo.ts'
import { equalTexts } from '../equal-texts.ts'
import { cookie, type Incoming } from '../http/exchange.ts'
import type { IdpIdentity } from '../idp/identity.ts'
import { createPrompts, type Prompts } from '../idp/prompts.ts'
import { createSecondFactors, type SecondFactors } from '../sts/totp.ts'
import { createKeyChecks, type KeyChecks } from '../tenants/webauthn.ts'
import type { JumpCloudDocument, JumpCloudPerson } from './schema.ts'

/** A session of the user console; nobody is signed in until `person` is there. */
export interface ConsoleSession {
  readonly id: string
  readonly xsrf: string
  readonly began: Date
  person: JumpCloudPerson | undefined
  /** Whose password was right and who owes a factor. */
  waiting: JumpCloudPerson | undefined
  /** `saml2/NAME` that the sign-in is for. */
  redirectTo: string | undefined
  /** Of the security key, once. */
  challenge: string | undefined
}

/** What the simulated tenant works on. */
export interface Tenant {
  readonly document: JumpCloudDocument
  readonly consoleUrl: string
  readonly ssoUrl: string
  readonly identity: IdpIdentity
  readonly now: () => Date
  readonly people: ReadonlyMap<string, JumpCloudPerson>
  readonly sessions: BoundedMap<ConsoleSession>
  readonly factors: SecondFactors
  readonly prompts: Prompts
  readonly duo: DuoService
  readonly keys: KeyChecks
  /** What a test or the control endpoint changes. */
  readonly behaviour: { outage: boolean }
}

const sessionMs = 12 * 3600 * 1000
const tokenMs = 15 * 60 * 1000
export const sessionCookie = '_jumpcloud_user_console_'
const xsrfCookie = '_xsrf'

/** An empty tenant of the document. */
export function createTenant(
  document: JumpCloudDocument,
  parts: { readonly origin: string; readonly identity: IdpIdentity; readonly now: () => Date },
): Tenant {
  const { origin, identity, now } = parts
  const prompts = createPrompts()
  return {
    document,
    consoleUrl: document.consoleUrl ?? origin,
    ssoUrl: document.ssoUrl ?? origin,
    identity,
    now,
    people: new Map(document.people.map(person => [person.email.toLowerCase(), person])),
    sessions: boundedMap<ConsoleSession>(10_000),
    factors: createSecondFactors(now),
    prompts,
    duo: createDuo({ origin, prompts, now }),
    keys: createKeyChecks(),
    behaviour: { outage: document.outage },
  }
}

/** A new session with its two cookies, as `/userconsole/xsrf` gives them; one that lives keeps its person. */
export function beginSession(
  tenant: Tenant,
  before: ConsoleSession | undefined,
): { readonly session: ConsoleSession; readonly cookies: readonly string[] } {
  const session: ConsoleSession = {
    id: before?.id ?? randomBytes(32).toString('base64url'),
    xsrf: randomUUID(),
    began: tenant.now(),
    person: before?.person,
    waiting: undefined,
    redirectTo: undefined,
    challenge: undefined,
  }
  tenant.sessions.sweep(({ began }) => tenant.now().getTime() - began.getTime() > sessionMs)
  tenant.sessions.set(session.id, session)
  const secure = tenant.consoleUrl.startsWith('https:') ? '; Secure' : ''
  const rules = `Path=/; HttpOnly${secure}; Expires=${new Date(tenant.now().getTime() + sessionMs).toUTCString()}`
  return {
    session,
    cookies: [
      `${xsrfCookie}=${session.xsrf}; ${rules}`,
      `${sessionCookie}=${session.id}; ${rules}`,
    ],
  }
}

/** The session that a request names. */
export function sessionOf(tenant: Tenant, request: Incoming): ConsoleSession | undefined {
  const session = tenant.sessions.get(cookie(request, sessionCookie) ?? '')
  if (session === undefined) return undefined
  const isOver = tenant.now().getTime() - session.began.getTime() > sessionMs
  return isOver ? undefined : session
}

/** The session, when the request has both cookies and the token that belongs to them. */
export function checkedSession(tenant: Tenant, request: Incoming): ConsoleSession | undefined {
  const session = sessionOf(tenant, request)
  const [sent, kept] = [request.headers['x-xsrftoken'] ?? '', cookie(request, xsrfCookie) ?? '']
  if (session === undefined || !equalTexts(sent, session.xsrf) || !equalTexts(kept, session.xsrf)) {
    return undefined
  }
  return tenant.now().getTime() - session.began.getTime() <= tokenMs ? session : undefined
}
