/**
 * Grants straight from their definition: every rule against every group against every role, with no
 * index, no compiled pattern and no cache. Slow, and short enough to be read.
 */
import type { GrantRule } from '../../src/config/grant-rule.ts'
import type { Template } from '../../src/config/grant-template.ts'
import type { Account, DeliveryForm, Principal, RoleCatalog } from '../../src/nouns.ts'

/** What a condition says in plain JavaScript; throws where CEL has no answer. */
export type NaiveConditions = Readonly<Record<string, (facts: NaiveFacts) => boolean>>

/** What the conditions of the tests look at. */
export interface NaiveFacts {
  readonly principal: Principal
  readonly address: string
  readonly account: Account
  readonly role: string
}

/** One role in one form, and the grant that gives it. */
export interface NaiveOffer {
  readonly arn: string
  readonly form: DeliveryForm
  readonly grant: string
  readonly seconds: number
}

interface Role {
  readonly account: Account
  readonly path: string
  readonly name: string
  readonly isKnown: boolean
  /** Undefined: nobody has read them. */
  readonly tags: Readonly<Record<string, string>> | undefined
  readonly most: number
}

/** All that the principal may take, form by form. */
export function naiveOffers(
  principal: Principal,
  address: string,
  rules: readonly GrantRule[],
  catalog: RoleCatalog,
  conditions: NaiveConditions,
): readonly NaiveOffer[] {
  const offers: NaiveOffer[] = []
  for (const role of allRoles(rules, principal, catalog)) {
    const facts = { principal, address, account: role.account, role: role.name }
    for (const form of ['console', 'credentials'] as const) {
      const holds = (rule: GrantRule, ifUnanswered: boolean) =>
        rule.forms.includes(form) &&
        contexts(rule, principal, role).some(groups => means(rule, groups, role, catalog)) &&
        answer(rule, facts, conditions, ifUnanswered)
      if (rules.some(rule => rule.effect === 'deny' && holds(rule, true))) continue
      const [best] = rules
        .filter(rule => rule.effect === 'allow' && holds(rule, false))
        .toSorted(
          (a, b) =>
            Number(a.policy !== undefined) - Number(b.policy !== undefined) ||
            Math.min(b.durationSeconds, role.most) - Math.min(a.durationSeconds, role.most),
        )
      if (best === undefined) continue
      const { partition, id } = role.account
      const arn = `arn:${partition}:iam::${id}:role${role.path}${role.name}`
      const seconds = Math.min(best.durationSeconds, role.most)
      offers.push({ arn, form, grant: best.name, seconds })
    }
  }
  return offers
}

/** Every role that could be meant: the known ones, and those that texts come to. */
function allRoles(
  rules: readonly GrantRule[],
  principal: Principal,
  catalog: RoleCatalog,
): readonly Role[] {
  const roles = new Map<string, Role>()
  for (const account of catalog.accounts) {
    const known = catalog.roles(account)
    for (const { name, path, tags, maxSessionSeconds = 43_200 } of known ?? []) {
      roles.set(`${account.alias}${path}${name}`, {
        ...{ account, path, name, tags, isKnown: true, most: maxSessionSeconds },
      })
    }
    for (const { target, ...rule } of rules) {
      if (target.kind !== 'roles' || target.roles.kind !== 'named') continue
      for (const template of target.roles.names) {
        for (const groups of contexts({ target, ...rule }, principal, undefined)) {
          const text = fill(template, groups)
          const [, path = '', name = ''] =
            /^((?:[^/]+\/)*)([\w+=,.@-]{1,64})$/.exec(text ?? '') ?? []
          if (name === '' || known?.some(one => one.name === name)) continue
          roles.set(`${account.alias}/${path}${name}`, {
            ...{ account, path: `/${path}`, name, tags: undefined, isKnown: false, most: 43_200 },
          })
        }
      }
    }
  }
  return [...roles.values()]
}

/** What the named groups hold; `unclear` when a name cannot be held against the pattern of a denial. */
type Context = Readonly<Record<string, string>> | 'unclear'

/** The context of each way in which the rule's words about the principal hold. */
function contexts(
  rule: GrantRule,
  principal: Principal,
  role: Role | undefined,
): readonly Context[] {
  const isMachine = principal.kind === 'machine'
  if (rule.machines !== undefined && !isMachine) return []
  if (rule.machines === undefined && isMachine && rule.effect === 'allow') return []
  if (rule.sources !== undefined && !rule.sources.includes(principal.source)) return []
  if (!rule.allGroups.every(group => principal.groups.includes(group))) return []
  if (rule.machines !== undefined) {
    const { name = '.*', domains } = rule.machines
    const domain = principal.attributes.domain?.[0] ?? ''
    if (domains !== undefined && !domains.includes(domain)) return []
    const match = new RegExp(`^(?:${name})$`).exec(principal.attributes.host?.[0] ?? '')
    return match === null ? [] : [{ ...match.groups }]
  }
  if (rule.groupPattern !== undefined) {
    const pattern = new RegExp(`^(?:${rule.groupPattern})$`)
    return principal.groups.flatMap((group): readonly Context[] => {
      if (group.includes('\n')) return rule.effect === 'deny' ? ['unclear'] : []
      const match = pattern.exec(group)
      return match === null ? [] : [{ ...match.groups }]
    })
  }
  if (rule.roleTags !== undefined) {
    const { groups = '', users = '', separator } = rule.roleTags
    const names = (key: string) => (role?.tags?.[key] ?? '').split(separator).filter(Boolean)
    const isNamed =
      names(groups).some(name => principal.groups.includes(name)) ||
      names(users).includes(principal.username)
    // Tags that nobody knows may name anybody: no reason to give, and one to deny.
    return (role?.tags === undefined ? rule.effect === 'deny' : isNamed) ? [{}] : []
  }
  const isOpen = rule.groups.length === 0 && rule.users.length === 0
  const isNamed =
    rule.users.includes(principal.username) ||
    rule.groups.some(group => principal.groups.includes(group))
  return isOpen || isNamed ? [{}] : []
}

function hasTags(
  tags: Readonly<Record<string, string>> | undefined,
  asked: Readonly<Record<string, string>>,
  ifUnknown: boolean,
): boolean {
  if (tags === undefined) return ifUnknown
  return Object.entries(asked).every(([key, value]) => tags[key] === value)
}

function means(
  { target, effect }: GrantRule,
  groups: Context,
  role: Role,
  catalog: RoleCatalog,
): boolean {
  if (target.kind === 'everything' || groups === 'unclear') return true
  if (target.kind !== 'roles') throw new Error('the tests have no ARNs')
  const { accounts, roles } = target
  const isAccount =
    accounts.kind === 'all' ||
    (accounts.kind === 'tagged'
      ? hasTags(role.account.tags, accounts.tags, effect === 'deny')
      : accounts.names.some(name => {
          const text = fill(name, groups)
          return text === role.account.alias || (effect === 'deny' && text === undefined)
        }))
  if (!isAccount) return false
  if (roles.kind === 'all') return effect === 'deny' || role.isKnown
  const texts = roles.names.map(name => fill(name, groups))
  if (effect === 'deny') {
    // What comes to no name at all denies as well.
    return texts.some(text => {
      const name = text?.slice(text.lastIndexOf('/') + 1) ?? ''
      return !/^[\w+=,.@-]{1,64}$/.test(name) || name.toLowerCase() === role.name.toLowerCase()
    })
  }
  const isLiteral =
    accounts.kind === 'named' && [...accounts.names, ...roles.names].every(isWithoutHoles)
  const isThere = role.isKnown || catalog.roles(role.account) === undefined || isLiteral
  return isThere && texts.includes(`${role.path}${role.name}`.slice(1))
}

function answer(
  { when }: GrantRule,
  facts: NaiveFacts,
  conditions: NaiveConditions,
  ifUnanswered: boolean,
): boolean {
  if (when === undefined) return true
  try {
    return conditions[when]?.(facts) ?? false
  } catch {
    return ifUnanswered
  }
}

function fill({ parts }: Template, groups: Context): string | undefined {
  if (groups === 'unclear') return undefined
  const pieces = parts.map(part => (typeof part === 'string' ? part : groups[part.group]))
  return pieces.includes(undefined) ? undefined : pieces.join('')
}

function isWithoutHoles({ parts }: Template): boolean {
  return parts.every(part => typeof part === 'string')
}
