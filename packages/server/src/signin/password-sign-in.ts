/** Sign-in of local users. */
import type { Directory, User } from '../directory/index.ts'
import { localSource, type Principal, principalId } from '../nouns.ts'
import type { Admission } from './browser-sessions.ts'
import { SignInRefusal } from './refusals.ts'

/**
 * Checks a username and password. Throws a `SignInRefusal`; for a wrong name and a wrong password it
 * is the same one, after the same time.
 */
export async function verifyPassword(
  directory: Directory,
  credentials: { readonly username: string; readonly password: string },
  facts: { readonly address: string; readonly now: Date; readonly isOn: boolean },
): Promise<Admission> {
  if (!facts.isOn) throw new SignInRefusal('password-off', { check: 'signIn.password' })
  const user = await directory.verifyPassword(credentials.username, credentials.password)
  if (user === undefined) {
    const { username } = credentials
    // A mistyped field may hold a password, so only the name of a user is kept.
    const received = (await directory.has(username))
      ? `username ${JSON.stringify(username)}`
      : `no user's name (${username.length} characters)`
    throw new SignInRefusal('password-wrong', { check: 'password', received })
  }
  return { principal: localPrincipal(user, facts), basis: user.credential }
}

function localPrincipal(
  user: User,
  facts: { readonly address: string; readonly now: Date },
): Principal {
  return Object.freeze({
    kind: 'person',
    id: principalId(localSource, user.username),
    source: localSource,
    username: user.username,
    displayName: user.displayName,
    email: user.email,
    groups: user.groups,
    attributes: {},
    amr: ['pwd'],
    authenticatedAt: facts.now,
    address: facts.address,
    notAfter: undefined,
  } satisfies Principal)
}
