/** Whether a rule could give a role to anybody: what tells an unknown role from one that is refused. */
import type { GrantRule } from '../config/grant-rule.ts'
import type { Template } from '../config/grant-template.ts'
import type { Account } from '../nouns.ts'
import { type CatalogIndex, hasTags } from './catalog-index.ts'
import type { Ask } from './types.ts'

/** Whether what is asked for is among the roles that the rule means, for some principal. */
export function concerns({ target }: GrantRule, asked: Ask, catalog: CatalogIndex): boolean {
  const account = asked.account === undefined ? undefined : catalog.account(asked.account)
  if (asked.account !== undefined && account === undefined) return false
  if (target.kind === 'everything') return true
  if (target.kind === 'arns') {
    return target.roles.some(
      ({ accountId, partition, name }) =>
        (account === undefined || (account.id === accountId && account.partition === partition)) &&
        (asked.role === undefined || asked.role === name),
    )
  }
  const { accounts, roles } = target
  if (account !== undefined) {
    if (accounts.kind === 'tagged' && !hasTags(account, accounts.tags)) return false
    if (accounts.kind === 'named' && !accounts.names.some(name => isFor(name, account, catalog))) {
      return false
    }
  }
  const { role } = asked
  if (role === undefined) return true
  if (roles.kind === 'named') return roles.names.some(name => couldBe(nameOnly(name), role))
  const known = account === undefined ? undefined : catalog.roles(account)
  return known === undefined || known.byName.has(role)
}

function isFor(name: Template, account: Account, catalog: CatalogIndex): boolean {
  const hasHoles = name.parts.some(part => typeof part !== 'string')
  if (!hasHoles) return catalog.account(name.text) === account
  return couldBe(name.parts, account.alias) || couldBe(name.parts, account.id)
}

/** The parts behind the last slash, which is the role's name. */
function nameOnly({ parts }: Template): Template['parts'] {
  const at = parts.findLastIndex(part => typeof part === 'string' && part.includes('/'))
  const slashed = parts[at]
  if (typeof slashed !== 'string') return parts
  return [slashed.slice(slashed.lastIndexOf('/') + 1), ...parts.slice(at + 1)]
}

/** Whether the holes could be filled so that this text comes out; what they may hold is not looked at. */
function couldBe(parts: Template['parts'], text: string): boolean {
  const literal = (part: Template['parts'][number] | undefined) =>
    typeof part === 'string' ? part : ''
  if (parts.every(part => typeof part === 'string')) return parts.join('') === text
  const [first, last] = [literal(parts[0]), literal(parts.at(-1))]
  return text.length >= first.length + last.length && text.startsWith(first) && text.endsWith(last)
}
