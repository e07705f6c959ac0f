/** Local users as a source of people. */
import type { Directory } from '../directory/index.ts'
import { localSource } from '../nouns.ts'
import { SignInRefusal } from './refusals.ts'
import type { PasswordSource, TypedCredentials, VerifiedPerson } from './sources.ts'

/** A new password is another basis, and so is the same password set again. */
export function createLocalSource(directory: Directory): PasswordSource {
  return Object.freeze({
    id: localSource,
    basis: undefined,

    async verify({ username, password }: TypedCredentials): Promise<VerifiedPerson> {
      const user = await directory.verifyPassword(username, password)
      if (user === undefined) {
        // A mistyped field may hold a password, so only the name of a user is kept.
        const received = (await directory.has(username))
          ? `username ${JSON.stringify(username)}`
          : `no user's name (${username.length} characters)`
        throw new SignInRefusal('password-wrong', { check: 'password', received })
      }
      const { displayName, email, groups, credential: basis } = user
      return {
        username: user.username,
        displayName,
        email,
        groups,
        attributes: {},
        amr: ['pwd'],
        basis,
      }
    },

    owns: (username: string) => directory.has(username),

    async groupsNow({ username, basis }: Pick<VerifiedPerson, 'username' | 'basis'>) {
      const user = await directory.find(username)
      const isSame = user?.disabledAt === undefined && user?.credential === basis
      return isSame ? user.groups : undefined
    },
  })
}
