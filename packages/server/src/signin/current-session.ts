/** Whether an open session still counts: its source must still vouch for the person. */
import type { BrowserSession, BrowserSessions } from './browser-sessions.ts'
import { checkedGroups } from './checked-identity.ts'
import { issuerOf } from './issuer.ts'
import { SignInRefusal } from './refusals.ts'
import type { SamlProvider } from './saml-provider.ts'
import type { PasswordSource } from './sources.ts'

/**
 * The session, if it counts. A session ends when its source leaves the configuration or
 * names another identity provider, and, for a source of passwords, when that source says so: the user
 * is gone or disabled or has another password; the groups are those of now. While it is not known who
 * the provider is, its sessions do not count, but last.
 */
export async function currentSession(
  session: BrowserSession | undefined,
  steps: {
    readonly sessions: Pick<BrowserSessions, 'end'>
    readonly passwords: () => readonly PasswordSource[]
    readonly provider: (id: string) => SamlProvider | undefined
  },
): Promise<BrowserSession | undefined> {
  if (session === undefined) return undefined
  const { source, username } = session.principal

  const end = async (): Promise<undefined> => {
    await steps.sessions.end(session.idHash)
  }

  const checked = steps.passwords().find(({ id }) => id === source)
  if (checked !== undefined) {
    const now = await checked.groupsNow({ username, basis: session.basis })
    const groups = now && groupsOrNone(now)
    return groups === undefined
      ? end()
      : { ...session, principal: { ...session.principal, groups } }
  }
  const provider = steps.provider(source)
  if (provider === undefined) return end()
  const issuer = await issuerOf(provider)
  if (issuer === undefined) return undefined
  return issuer === session.basis ? session : end()
}

/** Undefined for groups with which nobody would be let in now: then nobody stays in with them. */
function groupsOrNone(groups: readonly string[]): readonly string[] | undefined {
  try {
    return checkedGroups(groups)
  } catch (error) {
    if (error instanceof SignInRefusal) return undefined
    throw error
  }
}
