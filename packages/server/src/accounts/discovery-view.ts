/** From what was read to the parts of a catalogue, without making anew what has not changed. */
import type { Config } from '../config/config.ts'
import type { Account, KnownRole, RoleCatalog } from '../nouns.ts'
import { accountAliases } from './account-alias.ts'
import { ownPartition } from './aws-access.ts'
import { accountKey, type CatalogParts } from './catalog.ts'
import type { OrganizationFacts, RolesFacts } from './facts.ts'
import { type Fresh, freshAccounts, freshRoles } from './fresh-roles.ts'
import type { Reading, Subject } from './subject.ts'

/** Everything that is read, by key. */
export interface Subjects {
  readonly organization: Subject<OrganizationFacts> | undefined
  readonly roles: ReadonlyMap<string, Subject<RolesFacts>>
}

/** The parts of a catalogue, and until when they may stay as they are. */
export interface View extends Omit<CatalogParts, 'version'> {
  readonly until: number
}

/** Accounts that the file declares, and those of the organization: whole, with their aliases. */
export function accountsAt(
  config: Pick<Config, 'accounts' | 'aws' | 'discovery'>,
  organization: Subject<OrganizationFacts> | undefined,
  at: number,
): { readonly accounts: readonly Account[]; readonly until: number } {
  const { discovery, accounts: declared } = config
  const found =
    discovery?.organizations &&
    freshAccounts(organization?.reading, {
      at,
      keepMs: discovery.keepMs,
      needsTags: discovery.organizations.tags,
    })
  if (found === undefined) return { accounts: declared, until: Number.POSITIVE_INFINITY }
  const known = new Set(declared.map(accountKey))
  const partition = ownPartition(config)
  // Those that cannot be used hold their names too, until the organization has them no more.
  const named = organization?.reading?.facts.accounts ?? []
  const aliases = accountAliases(
    named.filter(({ id }) => !known.has(accountKey({ id, partition }))),
    new Set(declared.map(({ alias }) => alias)),
  )
  const discovered = found.items.flatMap(({ id, name, tags }): Account[] => {
    const alias = aliases.get(id)
    return alias === undefined ? [] : [Object.freeze({ alias, id, partition, name, tags })]
  })
  // AWS promises no order, and another order is no change.
  discovered.sort((a, b) => (a.alias < b.alias ? -1 : 1))
  return { accounts: [...declared, ...discovered], until: found.until }
}

interface Kept {
  readonly reading: Reading<RolesFacts> | undefined
  readonly keepMs: number
  readonly needsTags: boolean
  readonly fresh: Fresh<KnownRole> | undefined
  readonly text: string
}

/** Makes views; it remembers the lists of roles that it made, and gives the same one for the same roles. */
export function createViews() {
  let kept = new Map<string, Kept>()

  function rolesOf(
    subject: Subject<RolesFacts>,
    rules: { readonly at: number; readonly keepMs: number; readonly needsTags: boolean },
  ): Kept {
    const before = kept.get(subject.key)
    const isSame =
      before?.reading === subject.reading &&
      before?.keepMs === rules.keepMs &&
      before.needsTags === rules.needsTags &&
      (before.fresh === undefined ? subject.reading === undefined : rules.at < before.fresh.until)
    if (before !== undefined && isSame) return before
    const made = freshRoles(subject.reading, rules)
    const text = made === undefined ? '' : JSON.stringify(made.items)
    const items = before !== undefined && before.text === text ? before.fresh?.items : undefined
    const fresh = made && Object.freeze({ ...made, items: items ?? Object.freeze(made.items) })
    const { keepMs, needsTags } = rules
    return { reading: subject.reading, keepMs, needsTags, fresh, text }
  }

  return (
    config: Pick<Config, 'accounts' | 'aws' | 'discovery'>,
    { organization, roles: subjects }: Subjects,
    at: number,
  ): View => {
    const { accounts, until: untilAccounts } = accountsAt(config, organization, at)
    let until = untilAccounts
    const roles = new Map<string, readonly KnownRole[]>()
    const next = new Map<string, Kept>()
    const { discovery } = config
    if (discovery?.roles !== undefined) {
      const rules = { at, keepMs: discovery.keepMs, needsTags: discovery.roles.tags }
      for (const subject of subjects.values()) {
        const found = rolesOf(subject, rules)
        next.set(subject.key, found)
        if (found.fresh === undefined) continue
        roles.set(subject.key, found.fresh.items)
        until = Math.min(until, found.fresh.until)
      }
    }
    kept = next
    return { state: stateOf({ organization, roles: subjects }), accounts, roles, until }
  }
}

/** `loading` until everything was tried once. */
export function stateOf({ organization, roles }: Subjects): RoleCatalog['state'] {
  const all = [...(organization === undefined ? [] : [organization]), ...roles.values()]
  if (all.some(({ triedAt }) => triedAt === undefined)) return 'loading'
  return all.some(({ problem }) => problem !== undefined) ? 'partial' : 'ready'
}
