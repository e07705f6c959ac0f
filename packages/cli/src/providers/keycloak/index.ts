/** Keycloak: its sign-in pages, as a browser without scripts goes through them. */
import type { Connection } from '../../connections/connection.ts'
import { mfaNames } from '../../connections/providers.ts'
import { Failure } from '../../failure.ts'
import { findSamlForm, readPage, type WebAnswer } from '../../web/index.ts'
import type { Assertion, Provider, SignInParts } from '../provider.ts'
import { browserHint } from '../shared/browser-hint.ts'
import { createCodes } from '../shared/codes.ts'
import { type KeptSession, openKeptSession } from '../shared/kept-session.ts'
import { createLogins } from '../shared/logins.ts'
import { consentStep, expiredStep, requiredActionStep, unknownStep } from './hindrance-steps.ts'
import { brokerStep, loginStep } from './login-step.ts'
import { oneTimeCodeStep, recoveryCodeStep } from './one-time-code-step.ts'
import { selectWayStep } from './other-way-step.ts'
import { brokerMessageStep, checkStatus, isBrokerResponse } from './saml-step.ts'
import { securityKeyRefusedStep, securityKeyStep } from './security-key-step.ts'
import { endSession } from './sign-out.ts'
import type { Shown, Step, Visit } from './visit.ts'

/** The first that knows the page answers it. */
const steps: readonly Step[] = [
  brokerMessageStep,
  requiredActionStep,
  brokerStep,
  oneTimeCodeStep,
  securityKeyRefusedStep,
  securityKeyStep,
  recoveryCodeStep,
  selectWayStep,
  loginStep,
  consentStep,
  expiredStep,
  unknownStep,
]

/** Pages of one sign-in: more are a loop. */
const maxPages = 30

/** `provider = KeyCloak`; `url` is the IdP-initiated address of the client for AWS. */
export const keycloak: Provider = Object.freeze({
  mfa: mfaNames.KeyCloak,
  async signIn(connection: Connection, parts: SignInParts): Promise<Assertion> {
    const session = await open(connection, parts)
    const { assertion, username } = await throughPages(connection, parts, session)
    await session.keep(username)
    return assertion
  },
  async signOut(connection: Connection, parts: SignInParts): Promise<void> {
    await endSession(connection, await open(connection, parts))
  },
})

/** Other hosts are visited for a broker alone, whom the connection names. */
function open(connection: Connection, parts: SignInParts): Promise<KeptSession> {
  const isBrokered = connection.keycloak.broker !== undefined
  return openKeptSession(connection, parts, {
    mayVisit: () => isBrokered,
    // Keycloak tells errors as JSON to whom would take that too, and then without its own words for people.
    headers: { accept: 'text/html,application/xhtml+xml' },
  })
}

async function throughPages(
  connection: Connection,
  parts: SignInParts,
  session: KeptSession,
): Promise<{ readonly assertion: Assertion; readonly username: string | undefined }> {
  const { web } = session
  const visit: Visit = {
    ...{ connection, parts, web, last: undefined, brokerOrigin: undefined, done: new Set() },
    logins: createLogins(parts),
    codes: createCodes(connection, parts.ask),
  }
  let answer = await web.get(connection.url)
  if (answer.status >= 400 && session.isResumed) {
    // Cookies of a session that Keycloak no longer knows may stand in the way of a new one.
    await session.forget()
    answer = await web.get(connection.url)
  }
  for (let count = 0; count < maxPages; count++) {
    checkStatus(answer)
    const shown = { answer, page: readPage(answer.body, answer.url) }
    const assertion = findSamlForm(shown.page, answer.url)
    if (assertion !== undefined && !isBrokerResponse(shown)) {
      return { assertion, username: visit.logins.username() }
    }
    answer = await next(visit, shown)
  }
  throw new Failure(
    'provider',
    'Keycloak shows page after page without an end',
    browserHint(connection),
  )
}

async function next(visit: Visit, shown: Shown): Promise<WebAnswer> {
  for (const step of steps) {
    const answer = step(visit, shown)
    if (answer !== undefined) return await answer
  }
  throw new Failure('provider', 'a page of Keycloak is not known here')
}
