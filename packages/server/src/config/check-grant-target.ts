/** Which roles of which accounts a grant is for. */
import type { Partition } from '@rolecall/aws'
import { accountTexts, capturedGroups, hasUnreadPattern, roleTexts } from './build-grants.ts'
import { checkGrantPartitions } from './check-grant-partitions.ts'
import { accountOfArn, type DeclaredAccounts, indexAccounts } from './declared-accounts.ts'
import { groupsOf, parseTemplate } from './grant-template.ts'
import type { KeyPath } from './key-path.ts'
import type { Report } from './report.ts'
import { type RoleReference, readRoleReference } from './role-reference.ts'
import type { GrantEntry, Sections } from './sections.ts'

/** What the checks of targets know of the file, and of the grants before. */
export interface Targets {
  readonly accounts: DeclaredAccounts
  readonly discoversAccounts: boolean
  readonly discoversRoles: boolean
  readonly console: string | undefined
  /** The IAM path that a role has in an earlier grant. */
  readonly rolePaths: Map<string, { readonly path: string; readonly line: number }>
}

/** A role in plain words, and where it stands. */
interface PlacedRole {
  readonly role: RoleReference
  readonly path: KeyPath
}

/** Prepares the look-ups once for all grants. */
export function createTargets(sections: Sections): Targets {
  return {
    accounts: indexAccounts(sections),
    discoversAccounts: sections.discovery?.organizations !== undefined,
    discoversRoles: sections.discovery?.roles !== undefined,
    console: sections.aws?.endpoints.console,
    rolePaths: new Map(),
  }
}

/** Reports accounts and roles that are not there or cannot be, and what does not fit them. */
export function checkGrantTarget(
  grant: GrantEntry,
  index: number,
  targets: Targets,
  report: Report,
): void {
  const roles = checkRoles(grant, index, targets, report)
  const isByArn = (roleTexts(grant) ?? []).some(text => text.startsWith('arn:'))
  const partitions = isByArn
    ? accountsOfArns(grant, roles, index, targets, report)
    : checkAccounts(grant, roles, index, targets, report)
  checkOneRole(grant, roles, index, report)
  checkGrantPartitions(grant, partitions, index, { console: targets.console, report })
}

/** The role names and ARNs in plain words; those with holes are checked for their form only. */
function checkRoles(
  grant: GrantEntry,
  index: number,
  targets: Targets,
  report: Report,
): readonly PlacedRole[] {
  const texts = roleTexts(grant)
  if (texts === undefined) {
    if (hasUnreadPattern(grant)) return []
    const remedy = 'add `role` with a role name or a role ARN'
    report.problem(['grants', index, 'role'], 'there is no role', remedy)
    return []
  }
  if (texts.includes('*')) {
    checkEvery(grant, texts, index, targets, report)
    return []
  }
  return texts.flatMap((text, place) => {
    const path = placeOf(grant, 'role', index, place)
    const holes = checkHoles(text, path, grant, report)
    if (holes === undefined) return []
    // A letter in each hole shows whether the rest of the text is what a role name may be.
    const reference = readRoleReference(text.replace(/\{[^{}]*\}/g, 'x'))
    if (reference === undefined) {
      const remedy = 'a role name has 1 to 64 of A-Z a-z 0-9 and _+=,.@-; or give the role ARN'
      report.problem(path, 'this is not a role name or role ARN', remedy)
    } else if (reference.kind === 'arn' && holes.length > 0) {
      const remedy = 'give the role by its name, and the account by `account`'
      report.problem(path, 'a pattern fills no ARN', remedy)
    }
    return holes.length === 0 && reference !== undefined ? [{ role: reference, path }] : []
  })
}

function checkEvery(
  grant: GrantEntry,
  texts: readonly string[],
  index: number,
  targets: Targets,
  report: Report,
): void {
  const path = ['grants', index, grant.role === undefined ? 'roleTags' : 'role']
  if (texts.length > 1) {
    report.problem(path, '`"*"` stands for all roles already', 'remove the others')
  }
  if (targets.discoversRoles || grant.effect === 'deny') return
  const message = 'which roles there are is not known: roles are not discovered'
  report.problem(path, message, 'add `discovery: {roles: {role: NAME}}`, or name the roles')
}

/** The named groups that stand in a text; undefined when something is wrong with them. */
function checkHoles(
  text: string,
  path: KeyPath,
  grant: GrantEntry,
  report: Report,
): readonly string[] | undefined {
  const template = parseTemplate(text)
  if (template === undefined) {
    const remedy = 'write `{name}` with the name of a group of the pattern'
    report.problem(path, 'a brace has no partner, or holds no name', remedy)
    return undefined
  }
  const known = capturedGroups(grant)
  const unknown = groupsOf(template).find(name => !known.includes(name))
  if (unknown === undefined || hasUnreadPattern(grant)) return groupsOf(template)
  const remedy =
    known.length === 0
      ? 'name it in `groupPattern` or `machines.name`: `(?<role>[A-Za-z]+)`'
      : `the pattern names ${known.map(name => `\`{${name}}\``).join(', ')}`
  report.problem(path, `no pattern of this grant names the group {${unknown}}`, remedy)
  return undefined
}

/** The partitions that the grant may be for. */
function checkAccounts(
  grant: GrantEntry,
  roles: readonly PlacedRole[],
  index: number,
  targets: Targets,
  report: Report,
): readonly Partition[] {
  const { accounts } = targets
  const every = accounts.partitions
  if (typeof grant.account === 'object' && !Array.isArray(grant.account)) {
    checkTags(grant.account.tags, index, targets, report)
    return every
  }
  const texts = accountTexts(grant)
  if (texts === undefined) {
    if (hasUnreadPattern(grant)) return []
    const remedy = `add \`account\` with an alias, or write \`role\` as an ARN; ${accounts.suggest('')}`
    report.problem(['grants', index, 'account'], 'a role name needs an account', remedy)
    return []
  }
  if (texts.includes('*')) {
    const path = ['grants', index, 'account']
    if (texts.length > 1) {
      report.problem(path, '`"*"` stands for all accounts already', 'remove the others')
    }
    return every
  }
  return texts.flatMap((text, place): readonly Partition[] => {
    const path = placeOf(grant, 'account', index, place)
    const holes = checkHoles(text, path, grant, report)
    if (holes === undefined || holes.length > 0) return every
    const account = accounts.named(text)
    if (account !== undefined) {
      checkRolePaths(account.alias, roles, grant, targets, report)
      return [account.partition]
    }
    if (targets.discoversAccounts || accounts.hasUnread(text)) {
      if (!/^\d{12}$/.test(text) && !accounts.hasUnread(text)) {
        const message = 'this is no account of the file, and an account may change its name'
        const remedy = 'name it by its id in quotes, or declare it under `accounts`'
        report.warning(path, message, remedy)
      }
      return every
    }
    report.problem(path, 'there is no account with this alias', accounts.suggest(text))
    return []
  })
}

function checkTags(
  tags: Readonly<Record<string, string>>,
  index: number,
  { accounts, discoversAccounts }: Targets,
  report: Report,
): void {
  const path = ['grants', index, 'account', 'tags']
  if (Object.keys(tags).length === 0) {
    const remedy = 'name tags, or write `account: "*"` for all accounts'
    report.problem(path, 'no tag is named', remedy)
  } else if (!discoversAccounts && accounts.areComplete && !accounts.hasTagged(tags)) {
    const remedy = 'add the tags to an account under `accounts`'
    report.warning(path, 'no account has these tags', remedy)
  }
}

function accountsOfArns(
  grant: GrantEntry,
  roles: readonly PlacedRole[],
  index: number,
  targets: Targets,
  report: Report,
): readonly Partition[] {
  if (grant.account !== undefined) {
    const message = 'an account stands beside a role ARN, which names its own'
    report.problem(['grants', index, 'account'], message, 'remove `account`')
  }
  return roles.flatMap(placed => {
    const { role, path } = placed
    if (role.kind !== 'arn') {
      const remedy = 'write two grants: one for the ARNs, one for the names'
      report.problem(path, 'a role name stands beside a role ARN', remedy)
      return []
    }
    const isDiscovered = targets.discoversAccounts
    const account = accountOfArn(role, targets.accounts, isDiscovered, path, report)
    if (account === undefined) return isDiscovered ? [role.partition] : []
    checkRolePaths(account.alias, [placed], grant, targets, report)
    return [account.partition]
  })
}

/** Role names are unique in an account, so that two paths mean that one of them is wrong. */
function checkRolePaths(
  alias: string,
  roles: readonly PlacedRole[],
  grant: GrantEntry,
  { rolePaths }: Targets,
  report: Report,
): void {
  // What is denied is denied by name, whatever the path.
  if (grant.effect === 'deny') return
  for (const { role, path } of roles) {
    const key = `${alias}/${role.name}`
    const earlier = rolePaths.get(key)
    if (earlier === undefined) {
      rolePaths.set(key, { path: role.path, line: report.lineOf(path) })
    } else if (earlier.path !== role.path) {
      const message = `the role has the IAM path ${earlier.path} in line ${earlier.line}; role names are unique in an account`
      report.problem(path, message, 'give both grants the same path')
    }
  }
}

/** A short address opens one role. */
function checkOneRole(
  grant: GrantEntry,
  roles: readonly PlacedRole[],
  index: number,
  report: Report,
): void {
  if (grant.path === undefined) return
  const path = ['grants', index, 'path']
  if (grant.effect === 'deny') {
    report.problem(path, 'a grant that denies opens nothing', 'remove it')
    return
  }
  if (!grant.deliver.includes('console')) {
    const remedy = 'add `console` to `deliver`, or remove `path`'
    report.problem(path, 'a path opens the console, which this grant does not give', remedy)
  }
  const accounts = accountTexts(grant) ?? []
  const [account = ''] = accounts
  const isOne =
    roles.length === 1 &&
    (roles[0]?.role.kind === 'arn' ||
      (accounts.length === 1 && account !== '*' && !account.includes('{')))
  if (isOne || roleTexts(grant) === undefined) return
  const remedy = 'name one account and one role in this grant, or remove `path`'
  report.problem(path, 'a path opens one role, and this grant may give several', remedy)
}

/** Where the text stands: at the key, or at its place in the list. */
function placeOf(
  grant: GrantEntry,
  key: 'account' | 'role',
  index: number,
  place: number,
): KeyPath {
  return Array.isArray(grant[key]) ? ['grants', index, key, place] : ['grants', index, key]
}
