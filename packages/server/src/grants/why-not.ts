/** Why the words of a rule about the principal do not hold: the first that fails, and what was found. */
import type { Principal } from '../nouns.ts'
import { isMeant, machineOf } from './rule-index.ts'
import type { CompiledRule } from './types.ts'
import { either, quote } from './words.ts'

/** What fails, and how far the rule came: the further, the more useful to know. */
export interface Failure {
  readonly step: number
  readonly why: string
}

/**
 * The first failure of a rule that does not match the principal, whose `groups` these are. A pattern is not
 * tried once more for it: with hundreds of groups that would take longer than the decision.
 */
export function whyNot(
  compiled: CompiledRule,
  principal: Principal,
  groups: ReadonlySet<string>,
): Failure {
  const { rule } = compiled
  if (!isMeant({ ...rule, sources: undefined }, principal)) {
    const why = rule.machines === undefined ? 'it is for people' : 'it is for machines'
    return { step: 0, why }
  }
  if (!isMeant(rule, principal)) {
    const why = `it is for the source ${either(rule.sources ?? [])}, not ${quote(principal.source)}`
    return { step: 1, why }
  }
  const missing = rule.allGroups.filter(group => !groups.has(group))
  const unmet = `not in the group ${either(missing)}, which it also needs`
  if (rule.groupPattern !== undefined) {
    const unmatched = `${count(groups)} and none matches the pattern ${quote(rule.groupPattern)}`
    return { step: 2, why: missing.length > 0 ? unmet : unmatched }
  }
  const named = whyNotNamed(compiled, principal, groups)
  return named === undefined ? { step: 3, why: unmet } : { step: 2, why: named }
}

function whyNotNamed(
  { rule, machine }: CompiledRule,
  principal: Principal,
  groups: ReadonlySet<string>,
): string | undefined {
  if (machine !== undefined) {
    const result = machine(machineOf(principal))
    return 'unfit' in result ? result.unfit : undefined
  }
  if (rule.roleTags !== undefined) {
    const tags = [rule.roleTags.groups, rule.roleTags.users].flatMap(tag => tag ?? [])
    return `the tag ${either(tags)} of the role names neither the user nor a group`
  }
  if (rule.groups.length === 0 && rule.users.length === 0) return undefined
  if (rule.groups.some(group => groups.has(group))) return undefined
  if (rule.users.includes(principal.username)) return undefined
  return `needs ${needed(rule)}; ${count(groups)}${nearMiss(rule.groups, groups)}`
}

function needed({ groups, users }: CompiledRule['rule']): string {
  const parts = [
    ...(groups.length > 0 ? [`group ${either(groups)}`] : []),
    // Who they are is not for everybody who asks; the line of the file says it.
    ...(users.length > 0 ? ['to be a user that it names'] : []),
  ]
  return parts.join(', or ')
}

function count({ size }: ReadonlySet<string>): string {
  return size === 1 ? 'there is 1 group' : `there are ${size} groups`
}

/** Names are compared byte for byte: a difference in case or blanks is easily overlooked. */
function nearMiss(asked: readonly string[], groups: ReadonlySet<string>): string {
  const plain = (name: string) => name.trim().toLowerCase()
  const names = new Set(asked.slice(0, 100).map(plain))
  const near = [...groups].find(group => names.has(plain(group)))
  return near === undefined ? '' : `, of which ${quote(near)} differs only in case or blanks`
}
