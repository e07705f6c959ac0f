import { createHash } from 'node:crypto'
import type { LdapSourceConfig } from '../../config/config.ts'
import { SignInRefusal } from '../refusals.ts'
import { passwordMark, stateAttributes } from './account-state.ts'
import { type Conversation, loadLdap } from './conversation.ts'
import type { LdapEntry } from './entry.ts'
import { LdapUnavailable } from './ldap-unavailable.ts'

/** The one entry of a person. */
export interface FoundPerson {
  readonly entry: LdapEntry
  /** As the entry has it, whatever was typed. */
  readonly username: string
  /** Of this entry and this password: another one of the same name has another. */
  readonly basis: string
}

const lastingIds = ['objectGUID', 'entryUUID', 'nsUniqueId'] as const
const mostUsername = 256

/**
 * The entry whose name is the typed one, as the directory compares them; undefined when there is none. Throws
 * `SignInRefusal` `entry-ambiguous` for several, `username-missing` for one that does not say its name once.
 */
export async function findPerson(
  conversation: Conversation,
  { id, users, groups }: LdapSourceConfig,
  typed: string,
): Promise<FoundPerson | undefined> {
  if (typed === '' || typed.length > mostUsername) return undefined
  const { AndFilter, EqualityFilter, FilterParser } = await loadLdap()
  // The value goes as it is into a field of its own: there is no text of a filter that it could be part of.
  const isNamed = new EqualityFilter({ attribute: users.attribute, value: typed })
  const [entry, ...others] = await conversation.search({
    base: users.base,
    scope: 'sub',
    filter:
      users.filter === undefined
        ? isNamed
        : new AndFilter({ filters: [FilterParser.parseString(users.filter), isNamed] }),
    attributes: [
      ...[users.attribute, users.displayName, users.email, ...users.attributes],
      ...[...lastingIds, ...stateAttributes],
      ...(groups === undefined ? [] : ['memberOf', 'gidNumber', 'primaryGroupID', 'objectSid']),
    ],
    most: 2,
  })
  if (entry === undefined) return undefined
  const check = `LDAP ${id}`
  if (others.length > 0) {
    throw new SignInRefusal('entry-ambiguous', { check, expected: 'one entry of this name' })
  }
  // The library puts this where a name has bytes that are not UTF-8: it would be another's name.
  if (!entry.dn.includes('=') || entry.dn.includes('\ufffd')) {
    throw new LdapUnavailable('an entry whose name cannot be read')
  }
  const [username, ...more] = entry.texts(users.attribute)
  if (username === undefined || more.length > 0) {
    throw new SignInRefusal('username-missing', {
      check: `${check} ${users.attribute}`,
      expected: 'one value',
      received: `${username === undefined ? 0 : more.length + 1} values`,
    })
  }
  return { entry, username, basis: basisOf(entry) }
}

function basisOf(entry: LdapEntry): string {
  const ids = lastingIds.flatMap(name => entry.bytes(name) ?? [])
  const hash = createHash('sha256')
  for (const part of [...(ids.length > 0 ? ids : [entry.dn]), passwordMark(entry)]) {
    hash.update(`${part.length}:`).update(part)
  }
  return hash.digest('hex')
}
