/** Whether an open session still counts: its source must still vouch for the person. */
import type { Config } from '../config/config.ts'
import type { Directory } from '../directory/index.ts'
import { localSource } from '../nouns.ts'
import type { BrowserSession, BrowserSessions } from './browser-sessions.ts'
import { issuerOf } from './issuer.ts'
import type { SamlProvider } from './saml-provider.ts'

/**
 * The live session of a cookie's value. A session ends when its source leaves the configuration or
 * names another identity provider, and, for a local user, when the user is gone or disabled or has
 * another password; a local user's groups are those of now. While it is not known who the provider
 * is, its sessions do not count, but last.
 */
export async function currentSession(
  token: string | undefined,
  steps: {
    readonly sessions: BrowserSessions
    readonly directory: Directory
    readonly config: () => Config
    readonly provider: (id: string) => SamlProvider | undefined
  },
): Promise<BrowserSession | undefined> {
  const session = await steps.sessions.find(token)
  if (session === undefined) return undefined
  const { source, username } = session.principal

  const end = async (): Promise<undefined> => {
    await steps.sessions.end(session.idHash)
  }

  if (source === localSource) {
    const user = steps.config().signIn.password ? await steps.directory.find(username) : undefined
    const isSame = user?.disabledAt === undefined && user?.credential === session.basis
    return isSame ? { ...session, principal: { ...session.principal, groups: user.groups } } : end()
  }
  const provider = steps.provider(source)
  if (provider === undefined) return end()
  const issuer = await issuerOf(provider)
  if (issuer === undefined) return undefined
  return issuer === session.basis ? session : end()
}
