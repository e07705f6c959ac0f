/** From a rule's words about accounts and roles to the roles that it means. */
import type { AccountSelector, RoleSelector } from '../config/grant-rule.ts'
import { fillTemplate, groupsOf, type Template } from '../config/grant-template.ts'
import { readRoleReference } from '../config/role-reference.ts'
import type { Account } from '../nouns.ts'
import { type CatalogIndex, hasTags, namedTarget } from './catalog-index.ts'
import type { Ask, Captures, Match, Miss, Target } from './types.ts'
import { quote } from './words.ts'

/** IAM: what a role name may be made of. A filled-in text brings no slash and no star with it. */
const pieceOfName = /^[\w+=,.@-]{1,64}$/

const everything = { kind: 'all' } as const

/** The roles that the match gives, of those asked for; misses are told when somebody listens. */
export function expand(
  { compiled: { rule }, captures, targets }: Match,
  ask: Ask,
  catalog: CatalogIndex,
  onMiss: (miss: Miss) => void = () => undefined,
): readonly Target[] {
  const { target } = rule
  if (targets !== undefined) return targets.filter(one => isAsked(one, ask))
  if (target.kind === 'arns') {
    return target.roles.flatMap(({ accountId, partition, path, name }) => {
      if (ask.role !== undefined && ask.role !== name) return []
      const account = catalog.accountWithId(partition, accountId)
      if (account === undefined || !isAskedAccount(account, ask)) return []
      return namedRole(account, path, name, true, catalog, onMiss)
    })
  }
  if (target.kind === 'everything') {
    return accountsOf(everything, captures, ask, catalog, onMiss).flatMap(account =>
      rolesOf(everything, account, captures, ask, false, catalog, onMiss),
    )
  }
  const isLiteral = hasNoHoles(target.accounts) && hasNoHoles(target.roles)
  return accountsOf(target.accounts, captures, ask, catalog, onMiss).flatMap(account =>
    rolesOf(target.roles, account, captures, ask, isLiteral, catalog, onMiss),
  )
}

function isAsked(target: Target, ask: Ask): boolean {
  return isAskedAccount(target.account, ask) && (ask.role === undefined || ask.role === target.name)
}

function isAskedAccount(account: Account, ask: Ask): boolean {
  return ask.account === undefined || ask.account === account.alias
}

/** Whether the selector names what it means in plain words. */
function hasNoHoles(selector: AccountSelector | RoleSelector): boolean {
  return selector.kind === 'named' && selector.names.every(name => groupsOf(name).length === 0)
}

function accountsOf(
  selector: AccountSelector,
  captures: Captures,
  ask: Ask,
  catalog: CatalogIndex,
  onMiss: (miss: Miss) => void,
): readonly Account[] {
  if (selector.kind !== 'named') {
    const tags = selector.kind === 'tagged' ? selector.tags : {}
    if (ask.account === undefined) {
      return selector.kind === 'tagged' ? catalog.tagged(tags) : catalog.accounts
    }
    const asked = catalog.account(ask.account)
    if (asked === undefined || asked.alias !== ask.account) return []
    if (hasTags(asked, tags)) return [asked]
    onMiss({
      account: asked.alias,
      role: ask.role,
      why: `the account ${quote(asked.alias)} has not the tags`,
    })
    return []
  }
  const found = new Set<Account>()
  for (const template of selector.names) {
    const name = fillTemplate(template, captures)
    const account = name === undefined ? undefined : catalog.account(name)
    if (account === undefined) {
      onMiss({ account: name ?? '', role: ask.role, why: unknownAccount(name, template) })
    } else if (isAskedAccount(account, ask)) {
      found.add(account)
    }
  }
  return [...found]
}

function unknownAccount(name: string | undefined, template: Template): string {
  return name === undefined
    ? `${quote(template.text)} needs a part of the name that took no part in the match`
    : `the account ${quote(name)} is unknown`
}

function rolesOf(
  selector: RoleSelector,
  account: Account,
  captures: Captures,
  ask: Ask,
  isLiteral: boolean,
  catalog: CatalogIndex,
  onMiss: (miss: Miss) => void,
): readonly Target[] {
  const miss = (why: string, role = ask.role) => onMiss({ account: account.alias, role, why })
  if (selector.kind === 'all') {
    const roles = catalog.roles(account)
    if (roles === undefined) {
      miss(`the roles of the account ${quote(account.alias)} are not discovered (yet)`)
      return []
    }
    if (ask.role === undefined) return roles.all
    const target = roles.byName.get(ask.role)
    if (target !== undefined) return [target]
    miss(`the account ${quote(account.alias)} has no role ${quote(ask.role)}`)
    return []
  }
  const found: Target[] = []
  for (const template of selector.names) {
    const role = roleOfTemplate(template, captures)
    if (typeof role === 'string') miss(role)
    else if (ask.role === undefined || ask.role === role.name) {
      found.push(...namedRole(account, role.path, role.name, isLiteral, catalog, onMiss))
    }
  }
  return found
}

/** The path and name that a template comes to, or why it comes to none. */
function roleOfTemplate(
  template: Template,
  captures: Captures,
): { readonly path: string; readonly name: string } | string {
  const [strange] = groupsOf(template).flatMap(group => {
    const piece = captures[group]
    return piece === undefined || pieceOfName.test(piece) ? [] : [piece]
  })
  if (strange !== undefined) return `${quote(strange)} cannot be a part of a role name`
  const text = fillTemplate(template, captures)
  if (text === undefined) {
    return `${quote(template.text)} needs a part of the name that took no part in the match`
  }
  const reference = readRoleReference(text)
  return reference?.kind === 'name' ? reference : `${quote(text)} is no role name`
}

/**
 * One role of an account. A role whose name stands in the file is offered also when the last discovery
 * has not seen it; one that a pattern made, or that is meant for many accounts, must be there.
 */
function namedRole(
  account: Account,
  path: string,
  name: string,
  isLiteral: boolean,
  catalog: CatalogIndex,
  onMiss: (miss: Miss) => void,
): readonly Target[] {
  const roles = catalog.roles(account)
  const known = roles?.byName.get(name)
  const miss = (why: string) => onMiss({ account: account.alias, role: name, why })
  if (known !== undefined) {
    if (known.path === path) return [known]
    miss(
      `the role ${quote(name)} of ${quote(account.alias)} has the path ${known.path}, not ${path}`,
    )
    return []
  }
  if (roles !== undefined && !isLiteral) {
    miss(`the account ${quote(account.alias)} has no role ${quote(name)}`)
    return []
  }
  return [namedTarget(account, path, name)]
}
