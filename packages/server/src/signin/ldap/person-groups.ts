/** The groups of a person: those that the directory says at once, and those that these are in. */
import type { Filter } from 'ldapts'
import type { LdapGroups } from '../../config/config.ts'
import { SignInRefusal } from '../refusals.ts'
import { type Conversation, loadLdap } from './conversation.ts'
import type { LdapEntry } from './entry.ts'
import type { FoundPerson } from './find-person.ts'
import { primaryGroupSid } from './primary-group.ts'

const mostGroups = 1000
/** Names in one filter. */
const mostInFilter = 50
/** LDAP_MATCHING_RULE_IN_CHAIN: Active Directory walks a chain itself. */
const inChain = '1.2.840.113556.1.4.1941'

/** How this directory is asked. */
export interface GroupsAsked {
  readonly groups: LdapGroups
  readonly isActiveDirectory: boolean
}

/** The names, each once. Throws `SignInRefusal` `too-many-values`; rejects with `LdapUnavailable`. */
export async function groupsOfPerson(
  conversation: Conversation,
  person: FoundPerson,
  { groups, isActiveDirectory }: GroupsAsked,
): Promise<readonly string[]> {
  const { AndFilter, EqualityFilter, ExtensibleFilter, FilterParser, OrFilter } = await loadLdap()
  const { membership } = groups
  const isChained =
    membership === 'member' &&
    (groups.nested === 'in-chain' || (groups.nested === 'auto' && isActiveDirectory))
  /** By their DN, which a directory writes in one way. */
  const found = new Map<string, LdapEntry>()

  const equals = (attribute: string, value: string | Buffer) =>
    new EqualityFilter({ attribute, value })

  /** Of the groups that match, those that are new. */
  async function search(filters: readonly Filter[]): Promise<readonly LdapEntry[]> {
    const fresh: LdapEntry[] = []
    for (let at = 0; at < filters.length; at += mostInFilter) {
      const any = new OrFilter({ filters: filters.slice(at, at + mostInFilter) })
      const entries = await conversation.search({
        base: groups.base,
        scope: 'sub',
        filter:
          groups.filter === undefined
            ? any
            : new AndFilter({ filters: [FilterParser.parseString(groups.filter), any] }),
        attributes: [groups.attribute, ...(membership === 'memberOf' ? ['memberOf'] : [])],
        most: mostGroups + 1,
      })
      for (const entry of entries) {
        const key = entry.dn.toLowerCase()
        if (!found.has(key)) fresh.push(entry)
        found.set(key, entry)
      }
      if (found.size > mostGroups) {
        const expected = `at most ${mostGroups}`
        throw new SignInRefusal('too-many-values', { check: 'groups', expected })
      }
    }
    return fresh
  }

  /** What has these entries as members. */
  function aboveOf(entries: readonly LdapEntry[]): readonly Filter[] {
    if (membership === 'memberOf') {
      const name = isActiveDirectory ? 'distinguishedName' : 'entryDN'
      const names = new Set(entries.flatMap(entry => entry.texts('memberOf')))
      return [...names].filter(dn => !found.has(dn.toLowerCase())).map(dn => equals(name, dn))
    }
    return entries.map(({ dn }) =>
      isChained
        ? new ExtensibleFilter({ rule: inChain, matchType: membership, value: dn })
        : equals(membership, dn),
    )
  }

  const sid = primaryGroupSid(person.entry)
  const direct =
    membership === 'memberUid'
      ? [
          equals('memberUid', person.username),
          ...person.entry.texts('gidNumber').map(number => equals('gidNumber', number)),
        ]
      : aboveOf([person.entry])
  const primary = sid === undefined ? [] : await search([equals('objectSid', sid)])
  let fresh = [...(await search(direct)), ...primary]
  if (isChained) await search(aboveOf(primary))
  else if (groups.nested !== 'none' && membership !== 'memberUid') {
    while (fresh.length > 0) fresh = [...(await search(aboveOf(fresh)))]
  }
  return [...new Set([...found.values()].flatMap(entry => entry.texts(groups.attribute)))]
}
