/** The rules by the roles that they name in plain words, for refusals and explanations. */
import { groupsOf } from '../config/grant-template.ts'
import { readRoleReference } from '../config/role-reference.ts'
import type { CatalogIndex } from './catalog-index.ts'
import type { Ask, CompiledRule } from './types.ts'

/** Look-ups by what rules name. */
export interface RuleNames {
  /** The rules that may concern what is asked; more than those that do. */
  rulesFor(asked: Ask): readonly CompiledRule[]
  ruleOfPath(path: string): CompiledRule | undefined
  /** The one role of a rule that names one. */
  roleOf(compiled: CompiledRule): { readonly account: string; readonly role: string } | undefined
}

/** Prepares the look-ups. */
export function createRuleNames(rules: readonly CompiledRule[], catalog: CatalogIndex): RuleNames {
  const byPath = new Map<string, CompiledRule>()
  const byRole = new Map<string, CompiledRule[]>()
  const general: CompiledRule[] = []
  for (const compiled of rules) {
    if (compiled.rule.path !== undefined) byPath.set(compiled.rule.path, compiled)
    const named = rolesNamed(compiled, catalog)
    if (named === undefined) general.push(compiled)
    for (const { account, role } of named ?? []) {
      const key = `${account}/${role}`
      const known = byRole.get(key)
      if (known === undefined) byRole.set(key, [compiled])
      else known.push(compiled)
    }
  }
  return Object.freeze({
    rulesFor({ account, role }: Ask) {
      if (account === undefined || role === undefined) return rules
      return [...(byRole.get(`${account}/${role}`) ?? []), ...general]
    },
    ruleOfPath: (path: string) => byPath.get(path),
    roleOf(compiled: CompiledRule) {
      const named = rolesNamed(compiled, catalog)
      return named?.length === 1 ? named[0] : undefined
    },
  })
}

/** The roles that a rule names without a pattern or a star; undefined when it does otherwise. */
function rolesNamed(
  { rule: { target } }: CompiledRule,
  catalog: CatalogIndex,
): readonly { readonly account: string; readonly role: string }[] | undefined {
  if (target.kind === 'everything') return undefined
  if (target.kind === 'arns') {
    return target.roles.flatMap(({ partition, accountId, name }) => {
      const account = catalog.accountWithId(partition, accountId)
      return account === undefined ? [] : [{ account: account.alias, role: name }]
    })
  }
  const { accounts, roles } = target
  if (accounts.kind !== 'named' || roles.kind !== 'named') return undefined
  if ([...accounts.names, ...roles.names].some(name => groupsOf(name).length > 0)) return undefined
  return accounts.names.flatMap(({ text }) => {
    const account = catalog.account(text)
    if (account === undefined) return []
    return roles.names.flatMap(name => {
      const reference = readRoleReference(name.text)
      return reference === undefined ? [] : [{ account: account.alias, role: reference.name }]
    })
  })
}
