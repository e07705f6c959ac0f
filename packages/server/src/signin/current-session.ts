/** Whether an open session still counts: its source must still vouch for the person. */
import type { Config } from '../config/config.ts'
import type { Directory } from '../directory/index.ts'
import type { BrowserSession, BrowserSessions } from './browser-sessions.ts'
import { localSource } from './password-sign-in.ts'

/**
 * The live session of a cookie's value. A session ends when its source leaves the configuration,
 * and, for a local user, when the user is gone or disabled; a local user's groups are those of now.
 */
export async function currentSession(
  token: string | undefined,
  steps: {
    readonly sessions: BrowserSessions
    readonly directory: Directory
    readonly config: () => Config
  },
): Promise<BrowserSession | undefined> {
  const session = await steps.sessions.find(token)
  if (session === undefined) return undefined
  const { signIn } = steps.config()
  const { source, username } = session.principal
  if (source !== localSource) {
    if (signIn.saml.some(provider => provider.id === source)) return session
    await steps.sessions.end(session.idHash)
    return undefined
  }
  const user = signIn.password ? await steps.directory.find(username) : undefined
  if (user === undefined || user.disabledAt !== undefined) {
    await steps.sessions.end(session.idHash)
    return undefined
  }
  return { ...session, principal: { ...session.principal, groups: user.groups } }
}
