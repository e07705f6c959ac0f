import type { Connection } from '../../connections/connection.ts'
import { createWebSession } from '../../web/index.ts'
import type { Assertion, Provider, SignInParts } from '../provider.ts'
import { accountNamesOf, chooseApplication, listApplications } from './applications.ts'
import { mfaNames } from './choose-factor.ts'
import { createConsole } from './console.ts'
import { jumpCloudHosts } from './hosts.ts'
import {
  forgetSession,
  type KeptSession,
  keepSession,
  keptSession,
  livingUser,
} from './kept-session.ts'
import { signInWithPassword } from './password.ts'
import { type AppAnswer, notOpenedBy, openApplication } from './saml.ts'
import type { SignedIn, Step } from './step.ts'

/** JumpCloud, by the API of its user console: what its own sign-in page calls. */
export const jumpCloud: Provider = Object.freeze({
  mfa: mfaNames,

  async signIn(connection: Connection, parts: SignInParts) {
    const resumed = await resume(connection, parts)
    if (resumed !== undefined) return resumed
    const step = stepOf(connection, parts)
    const signedIn = await signInWithPassword(step)
    const answer = await open(step, signedIn)
    if (answer.kind === 'signIn') throw notOpenedBy(answer.error, step)
    await keepSession(step, signedIn.username)
    return answer.assertion
  },

  async signOut(connection: Connection, parts: SignInParts) {
    const kept = await keptSession(connection, parts, jumpCloudHosts(connection))
    await forgetSession(parts)
    const { session, hosts } = stepOf(connection, parts, kept)
    if (kept === undefined || hosts.ssoUrl === undefined) return
    // Its single logout stands in no document; what counts is that the cookies are gone here.
    const slo = `${hosts.ssoUrl.replace(/\?.*$/, '').replace(/\/+$/, '')}/slo`
    await session.get(slo, { timeoutMs: 5000 }).catch(() => undefined)
  },
})

function stepOf(connection: Connection, parts: SignInParts, kept?: KeptSession): Step {
  const hosts = jumpCloudHosts(connection)
  const options = { cookies: kept?.cookies, mayVisit: hosts.isOwn }
  const session = createWebSession(parts.send, options)
  const tokens = { now: parts.now, keptToken: kept?.token }
  return {
    connection,
    parts,
    hosts,
    session,
    console: createConsole(session, hosts.console, tokens),
  }
}

/** With the session of an earlier sign-in, when it lives and is this person's. */
async function resume(connection: Connection, parts: SignInParts): Promise<Assertion | undefined> {
  const kept = await keptSession(connection, parts, jumpCloudHosts(connection))
  if (kept === undefined) return undefined
  const step = stepOf(connection, parts, kept)
  const username = await livingUser(step)
  const answer = username === undefined ? undefined : await open(step, { redirectTo: undefined })
  if (username === undefined || answer === undefined || answer.kind === 'signIn') {
    await forgetSession(parts)
    return undefined
  }
  await keepSession(step, username)
  return answer.assertion
}

/**
 * Opens the application: where JumpCloud leads, else as configured, else as the person chooses. The name
 * of the account comes from the list of applications, a nicety that may fail.
 */
async function open(step: Step, { redirectTo }: SignedIn): Promise<AppAnswer> {
  const { hosts } = step
  const chosen = hosts.ssoUrl === undefined ? await chooseApplication(step) : undefined
  const url = chosen?.ssoUrl ?? ledTo(step, redirectTo) ?? hosts.console
  const [answer, all] = await Promise.all([
    openApplication(step, url),
    chosen === undefined ? listApplications(step).catch(() => []) : [chosen],
  ])
  if (answer.kind === 'signIn') return answer
  const label = all.find(({ ssoUrl }) => ssoUrl === url)?.label
  const accountNames = accountNamesOf(answer.assertion.samlResponse, label)
  if (accountNames === undefined) return answer
  return { kind: 'assertion', assertion: { ...answer.assertion, accountNames } }
}

/** Elsewhere than to its own hosts nobody is led: the session would go along. */
function ledTo({ hosts }: Step, redirectTo: string | undefined): string | undefined {
  const led = redirectTo === undefined ? null : URL.parse(redirectTo, hosts.ssoUrl)
  return led !== null && hosts.isOwn(led) ? led.href : hosts.ssoUrl
}
