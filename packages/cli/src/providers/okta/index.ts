/** Okta, classic engine: its Authentication API, a session, the application for AWS. */
import type { Connection } from '../../connections/connection.ts'
import { mfaNames } from '../../connections/providers.ts'
import { Failure } from '../../failure.ts'
import type { Assertion, Provider, SignInParts } from '../provider.ts'
import { createCodes } from '../shared/codes.ts'
import { type KeptSession, openKeptSession } from '../shared/kept-session.ts'
import { createLogins } from '../shared/logins.ts'
import { createOktaApi } from './api.ts'
import { openApplication, resumedApplication } from './application.ts'
import { useDevice } from './device.ts'
import type { OktaSignIn } from './sign-in-state.ts'
import { firstStep, toSuccess } from './transaction-steps.ts'

/** `provider = Okta`; `url` is the embed link of the application for AWS. */
export const okta: Provider = Object.freeze({
  mfa: mfaNames.Okta,
  async signIn(connection: Connection, parts: SignInParts): Promise<Assertion> {
    const session = await openKeptSession(connection, parts)
    const { web } = session
    const api = createOktaApi(connection, parts, web)
    const codes = createCodes(connection, parts.ask)
    const signIn: OktaSignIn = { connection, parts, web, api, codes, logins: createLogins(parts) }
    const resumed = session.isResumed ? await resumedApplication(signIn) : undefined
    if (resumed !== undefined) return await kept(signIn, session, resumed)
    await session.forget()
    const device = await useDevice(connection, parts, web)
    const { sessionToken } = await toSuccess(signIn, await firstStep(signIn))
    if (sessionToken === undefined)
      throw new Failure('provider', 'Okta gave no session after a sign-in that succeeded')
    const assertion = await openApplication(signIn, sessionToken)
    await device.keep()
    return await kept(signIn, session, assertion)
  },
  async signOut(connection: Connection, parts: SignInParts): Promise<void> {
    const session = await openKeptSession(connection, parts)
    try {
      if (session.isResumed) await session.web.get(new URL('/login/signout', connection.url).href)
    } finally {
      await session.forget()
    }
  },
})

async function kept(
  { logins }: OktaSignIn,
  session: KeptSession,
  assertion: Assertion,
): Promise<Assertion> {
  await session.keep(logins.username())
  return assertion
}
