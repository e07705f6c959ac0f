/** Role tags turned around: from the name in a tag's value to the roles that carry it. */
import type { CatalogIndex } from './catalog-index.ts'
import { expand } from './expand.ts'
import type { CompiledRule, Target } from './types.ts'

/** The roles of one rule whose tag names a group or user. */
export interface TaggedRoles {
  readonly compiled: CompiledRule
  readonly tag: string
  readonly targets: readonly Target[]
}

/** Roles by the names in their tags. */
export interface RoleTags {
  readonly byGroup: ReadonlyMap<string, readonly TaggedRoles[]>
  readonly byUser: ReadonlyMap<string, readonly TaggedRoles[]>
}

interface Entry extends TaggedRoles {
  readonly targets: Target[]
}

/** Reads the tags of all roles that the rules by role tags mean. */
export function indexRoleTags(rules: readonly CompiledRule[], catalog: CatalogIndex): RoleTags {
  const byGroup = new Map<string, Entry[]>()
  const byUser = new Map<string, Entry[]>()
  for (const compiled of rules) {
    const { roleTags } = compiled.rule
    if (roleTags === undefined) continue
    const { groups, users, separator } = roleTags
    for (const target of rolesOf(compiled, catalog)) {
      const tags = target.known?.tags
      if (tags === undefined) continue
      if (groups !== undefined)
        add(byGroup, compiled, groups, namesIn(tags, groups, separator), target)
      if (users !== undefined) add(byUser, compiled, users, namesIn(tags, users, separator), target)
    }
  }
  return { byGroup, byUser }
}

function rolesOf(compiled: CompiledRule, catalog: CatalogIndex): readonly Target[] {
  const { effect } = compiled.rule
  // What a denial says of accounts and roles is looked at for each role: it covers more than it names.
  if (effect === 'deny') return catalog.accounts.flatMap(one => catalog.roles(one)?.all ?? [])
  const by = { kind: 'everyone' } as const
  return expand({ compiled, by, captures: {}, targets: undefined }, {}, catalog)
}

/** The names in a tag of a role. */
function namesIn(
  tags: Readonly<Record<string, string>>,
  key: string,
  separator: string,
): ReadonlySet<string> {
  const value = Object.hasOwn(tags, key) ? (tags[key] ?? '') : ''
  const names = value.split(separator).map(name => name.trim())
  return new Set(names.filter(name => name !== ''))
}

function add(
  index: Map<string, Entry[]>,
  compiled: CompiledRule,
  tag: string,
  names: ReadonlySet<string>,
  target: Target,
): void {
  for (const name of names) {
    const entries = index.get(name) ?? []
    if (entries.length === 0) index.set(name, entries)
    // Rule by rule, so that the one at work is the last of the list.
    const last = entries.at(-1)
    if (last?.compiled === compiled && last.tag === tag) last.targets.push(target)
    else entries.push({ compiled, tag, targets: [target] })
  }
}
