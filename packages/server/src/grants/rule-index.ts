/** The rules by what they say of the principal, so that a decision looks only at those that may hold. */
import type { Principal } from '../nouns.ts'
import type { CatalogIndex } from './catalog-index.ts'
import { createGroupPatterns } from './group-patterns.ts'
import { indexRoleTags, type TaggedRoles } from './role-tags.ts'
import type { Captures, CompiledRule, Match, MatchedBy, Target } from './types.ts'

/** Finds the rules whose words about a principal hold, in the order of the file. */
export type RuleIndex = (principal: Principal) => readonly Match[]

const nothing: Captures = Object.freeze({})

/** Prepares the rules. `onRule` is called for each rule that a decision looks at. */
export function indexRules(
  rules: readonly CompiledRule[],
  catalog: CatalogIndex,
  onRule: () => void = () => undefined,
): RuleIndex {
  const byGroup = new Map<string, CompiledRule[]>()
  const byUser = new Map<string, CompiledRule[]>()
  const byDomain = new Map<string, CompiledRule[]>()
  const everyone: CompiledRule[] = []
  const anyDomain: CompiledRule[] = []
  for (const compiled of rules) {
    const { groups, users, allGroups, groupPattern, roleTags, machines } = compiled.rule
    if (machines !== undefined) {
      if (machines.domains === undefined) anyDomain.push(compiled)
      for (const domain of machines.domains ?? []) put(byDomain, domain, compiled)
    } else if (groupPattern === undefined && roleTags === undefined) {
      for (const group of groups) put(byGroup, group, compiled)
      for (const user of users) put(byUser, user, compiled)
      const isForAll = groups.length === 0 && users.length === 0
      const [first] = allGroups
      if (isForAll && first !== undefined) put(byGroup, first, compiled)
      else if (isForAll) everyone.push(compiled)
    }
  }
  const tagDenials = rules.filter(({ rule }) => rule.roleTags !== undefined && isDenial(rule))
  const patternHits = createGroupPatterns(rules, onRule)
  const tags = indexRoleTags(rules, catalog)

  function named(principal: Principal, groups: ReadonlySet<string>): Match[] {
    const candidates = new Set([...everyone, ...(byUser.get(principal.username) ?? [])])
    for (const group of groups) for (const one of byGroup.get(group) ?? []) candidates.add(one)
    return [...candidates].flatMap(compiled => {
      onRule()
      const by = namedBy(compiled, principal, groups)
      return by === undefined ? [] : match(compiled, by)
    })
  }

  function byPattern(groups: ReadonlySet<string>): Match[] {
    return [...groups].flatMap(name =>
      patternHits(name).map(({ compiled, captures, isUnclear }) => {
        const by: MatchedBy = { kind: isUnclear ? 'unclear' : 'group', name }
        return { compiled, by, captures, targets: undefined }
      }),
    )
  }

  function byTags(principal: Principal, groups: ReadonlySet<string>): Match[] {
    const found = (name: string, tagged: readonly TaggedRoles[] = []) =>
      tagged.map(({ compiled, tag, targets }) => {
        onRule()
        return match(compiled, { kind: 'tag', tag, name }, nothing, targets)
      })
    return [
      ...tagDenials.map(compiled => match(compiled, { kind: 'undiscovered' })),
      ...found(principal.username, tags.byUser.get(principal.username)),
      ...[...groups].flatMap(name => found(name, tags.byGroup.get(name))),
    ]
  }

  function byMachine(principal: Principal): Match[] {
    const machine = machineOf(principal)
    return [...anyDomain, ...(byDomain.get(machine.domain) ?? [])].flatMap(compiled => {
      onRule()
      const result = compiled.machine?.(machine)
      if (result === undefined || 'unfit' in result) return []
      return match(compiled, { kind: 'machine', name: principal.username }, result.captures)
    })
  }

  return principal => {
    const groups = new Set(principal.groups)
    const isMachine = principal.kind === 'machine'
    const matches = [
      ...named(principal, groups),
      ...byPattern(groups),
      ...byTags(principal, groups),
      ...(isMachine ? byMachine(principal) : []),
    ]
    return matches
      .filter(({ compiled: { rule } }) => {
        return isMeant(rule, principal) && rule.allGroups.every(group => groups.has(group))
      })
      .sort((a, b) => a.compiled.order - b.compiled.order)
  }
}

/**
 * Whether the rule is for this kind of principal from this source. People are given nothing by a rule
 * for machines, nor machines by one for people; what a rule without `machines` denies, it denies to both.
 */
export function isMeant(rule: CompiledRule['rule'], principal: Principal): boolean {
  const isForMachines = rule.machines !== undefined
  const isKind =
    isForMachines === (principal.kind === 'machine') || (isDenial(rule) && !isForMachines)
  return isKind && (rule.sources === undefined || rule.sources.includes(principal.source))
}

function isDenial({ effect }: CompiledRule['rule']): boolean {
  return effect === 'deny'
}

/** By which of its names the rule holds; undefined when by none. */
export function namedBy(
  { rule }: CompiledRule,
  principal: Principal,
  groups: ReadonlySet<string>,
): MatchedBy | undefined {
  if (rule.users.includes(principal.username)) return { kind: 'user', name: principal.username }
  const name = rule.groups.find(group => groups.has(group))
  if (name !== undefined) return { kind: 'group', name }
  if (rule.groups.length > 0 || rule.users.length > 0) return undefined
  return rule.allGroups.length > 0
    ? { kind: 'groups', names: rule.allGroups }
    : { kind: 'everyone' }
}

/** The parts of a machine's confirmed name. */
export function machineOf({ attributes, address }: Principal) {
  return { host: attributes.host?.[0] ?? '', domain: attributes.domain?.[0] ?? '', address }
}

function match(
  compiled: CompiledRule,
  by: MatchedBy,
  captures: Captures = nothing,
  targets?: readonly Target[],
): Match {
  return { compiled, by, captures, targets }
}

function put(index: Map<string, CompiledRule[]>, key: string, rule: CompiledRule): void {
  const rules = index.get(key)
  if (rules === undefined) index.set(key, [rule])
  else rules.push(rule)
}
