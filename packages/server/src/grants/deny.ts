/** Rules that deny. One whose answer cannot be had denies. */
import type { AccountSelector, RoleSelector } from '../config/grant-rule.ts'
import { fillTemplate } from '../config/grant-template.ts'
import { readRoleReference } from '../config/role-reference.ts'
import type { Account } from '../nouns.ts'
import type { Asking } from './asking.ts'
import { type CatalogIndex, hasTags } from './catalog-index.ts'
import type { Captures, Match, Target } from './types.ts'

/** A rule that denies the role, and why when its condition had no answer. */
export interface Denial {
  readonly match: Match
  readonly unanswered: string | undefined
}

/** All rules that deny this role to the principal. */
export function denialsOf(
  asking: Asking,
  target: Target,
  catalog: CatalogIndex,
): readonly Denial[] {
  return asking.denies.flatMap(match => {
    if (!covers(match, target, catalog)) return []
    const answer = asking.condition(match.compiled, target)
    if (answer === false) return []
    return [{ match, unanswered: answer === true ? undefined : answer.why }]
  })
}

/** A denial by tags may name thousands of roles, and is asked about each one that is offered. */
const knownArns = new WeakMap<readonly Target[], ReadonlySet<string>>()

function arnsOf(targets: readonly Target[]): ReadonlySet<string> {
  const known = knownArns.get(targets)
  if (known !== undefined) return known
  const arns = new Set(targets.map(({ arn }) => arn))
  knownArns.set(targets, arns)
  return arns
}

/** Whether the rule means this role. Role names are unique in an account, whatever their path and case. */
function covers({ compiled, by, captures, targets }: Match, role: Target, catalog: CatalogIndex) {
  const { target } = compiled.rule
  if (by.kind === 'unclear') return true
  if (targets !== undefined && !arnsOf(targets).has(role.arn)) return false
  if (by.kind === 'undiscovered' && role.known?.tags !== undefined) return false
  if (target.kind === 'everything') return true
  if (target.kind === 'arns') {
    const { id, partition } = role.account
    return target.roles.some(
      one => one.accountId === id && one.partition === partition && isSameName(one.name, role.name),
    )
  }
  return (
    coversAccount(target.accounts, captures, role.account, catalog) &&
    coversRole(target.roles, captures, role.name)
  )
}

function coversAccount(
  selector: AccountSelector,
  captures: Captures,
  account: Account,
  catalog: CatalogIndex,
): boolean {
  if (selector.kind === 'all') return true
  // Tags that nobody has read may be those.
  if (selector.kind === 'tagged') {
    return account.tags === undefined || hasTags(account, selector.tags)
  }
  return selector.names.some(template => {
    const name = fillTemplate(template, captures)
    if (name === undefined) return true
    const named = catalog.account(name)
    return named === undefined ? isNamesake(name, account) : named === account
  })
}

/** What is left of a name in an alias that ends in the account's id; see `accounts/account-alias.ts`. */
const shortenedLength = 18

/**
 * Whether the account has lost this alias to another of the same name: whoever may rename an account must
 * not end what is denied in another one.
 */
function isNamesake(name: string, { alias, id }: Account): boolean {
  if (!alias.endsWith(`-${id}`)) return false
  const stem = alias.slice(0, -id.length - 1)
  return stem === name || (stem.length >= shortenedLength && name.startsWith(stem))
}

function coversRole(selector: RoleSelector, captures: Captures, name: string): boolean {
  if (selector.kind === 'all') return true
  return selector.names.some(template => {
    const text = fillTemplate(template, captures)
    const reference = text === undefined ? undefined : readRoleReference(text)
    return reference === undefined || isSameName(reference.name, name)
  })
}

function isSameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}
