import type { LdapSourceConfig } from '../../config/config.ts'
import { SignInRefusal } from '../refusals.ts'
import type { VerifiedPerson } from '../sources.ts'
import type { FoundPerson } from './find-person.ts'

const mostValues = 200
const mostCharacters = 1024

/** What the directory vouches for. Throws `SignInRefusal` `too-many-values`. */
export function readPerson(
  { entry, username, basis }: FoundPerson,
  { users }: LdapSourceConfig,
  groups: readonly string[],
): VerifiedPerson {
  const attributes: Record<string, readonly string[]> = Object.create(null)
  for (const name of users.attributes) {
    const values = entry.texts(name)
    const isLong = values.some(value => value.length > mostCharacters)
    if (isLong || values.length > mostValues) {
      const expected = `at most ${mostValues} values of ${mostCharacters} characters`
      throw new SignInRefusal('too-many-values', { check: `attribute ${name}`, expected })
    }
    if (values.length > 0) attributes[name] = Object.freeze([...values])
  }
  return Object.freeze({
    username,
    displayName: entry.texts(users.displayName)[0],
    email: entry.texts(users.email)[0],
    groups,
    attributes: Object.freeze(attributes),
    amr: ['pwd'],
    basis,
  })
}
