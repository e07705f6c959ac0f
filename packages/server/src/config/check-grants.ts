/** Grants against accounts, sources and each other. */
import { isConsoleUrl, type Partition } from '@rolecall/aws'
import { suggester, suggestion } from './nearest.ts'
import type { Report } from './report.ts'
import { type RoleReference, readRoleReference } from './role-reference.ts'
import type { GrantEntry, Sections } from './sections.ts'

/** The source that local users sign in from. */
export const localSource = 'local'

/** Reports grants whose account, role, sources, destination or names do not fit the rest. */
export function checkGrants(sections: Sections, report: Report): void {
  const names = firstUses('name', 'grant', report)
  const paths = firstUses('path', 'grant', report)
  const accounts = indexAccounts(sections)
  const rolePaths = new Map<string, { path: string; line: number }>()
  for (const [index, grant] of sections.grants.entries()) {
    if (grant === undefined) continue
    names(['grants', index], grant.name)
    if (grant.path !== undefined) paths(['grants', index], grant.path)
    checkSources(grant, index, sections, report)
    const role = readRoleReference(grant.role)
    if (role === undefined) {
      const remedy = 'a role name has 1 to 64 of A-Z a-z 0-9 and _+=,.@-; or give the role ARN'
      report.problem(['grants', index, 'role'], 'this is not a role name or role ARN', remedy)
      continue
    }
    const target = accountOf(grant, role, index, accounts, report)
    if (target === undefined) continue
    checkDestination(grant, target.partition, index, sections, report)
    const key = `${target.alias}/${role.name}`
    const earlier = rolePaths.get(key)
    if (earlier === undefined) {
      rolePaths.set(key, { path: role.path, line: report.lineOf(['grants', index, 'role']) })
    } else if (earlier.path !== role.path) {
      const message = `the role has the IAM path ${earlier.path} in line ${earlier.line}; role names are unique in an account`
      report.problem(['grants', index, 'role'], message, 'give both grants the same path')
    }
  }
}

interface Accounts {
  readonly byAlias: Sections['accounts']
  /** By partition and id, and by id alone. */
  readonly byId: ReadonlyMap<string, Target>
  /** False when an account is wrong in itself: it may be the one that a grant means. */
  readonly areComplete: boolean
  /** What to do about an alias that is not there. */
  readonly suggest: (alias: string) => string
}

interface Target {
  readonly alias: string
  readonly partition: Partition
}

function indexAccounts({ accounts }: Sections): Accounts {
  const byId = new Map<string, Target>()
  for (const [alias, account] of accounts) {
    if (account === undefined) continue
    const target = { alias, partition: account.partition }
    byId.set(account.id, target)
    byId.set(`${account.partition}:${account.id}`, target)
  }
  return {
    byAlias: accounts,
    byId,
    areComplete: ![...accounts.values()].includes(undefined),
    suggest: suggester([...accounts.keys()], 'account'),
  }
}

function accountOf(
  grant: GrantEntry,
  role: RoleReference,
  index: number,
  accounts: Accounts,
  report: Report,
): Target | undefined {
  if (role.kind === 'arn') return accountOfArn(grant, role, index, accounts, report)
  if (grant.account === undefined) {
    const remedy = `add \`account\` with an alias, or write \`role\` as an ARN; ${accounts.suggest('')}`
    report.problem(['grants', index, 'account'], 'a role name needs an account', remedy)
    return undefined
  }
  if (!accounts.byAlias.has(grant.account)) {
    const remedy = accounts.suggest(grant.account)
    report.problem(['grants', index, 'account'], 'there is no account with this alias', remedy)
    return undefined
  }
  const account = accounts.byAlias.get(grant.account)
  return account && { alias: grant.account, partition: account.partition }
}

function accountOfArn(
  grant: GrantEntry,
  role: RoleReference & { kind: 'arn' },
  index: number,
  accounts: Accounts,
  report: Report,
): Target | undefined {
  const path = ['grants', index, 'role']
  if (grant.account !== undefined) {
    const message = 'an account stands beside a role ARN, which names its own'
    report.problem(['grants', index, 'account'], message, 'remove `account`')
  }
  const { accountId } = role
  const found = accounts.byId.get(`${role.partition}:${accountId}`) ?? accounts.byId.get(accountId)
  if (found === undefined) {
    if (!accounts.areComplete) return undefined
    const remedy = `add it: \`accounts: {my-alias: {id: "${accountId}"}}\``
    const message = `the account ${accountId} of this role is not under \`accounts\``
    report.problem(path, message, remedy)
    return undefined
  }
  const { alias, partition } = found
  if (partition !== role.partition) {
    const message = `the partition is ${role.partition}, but the account ${alias} is in ${partition}`
    const remedy = `write arn:${partition}:…, or \`partition: ${role.partition}\` at the account`
    report.problem(path, message, remedy)
    return undefined
  }
  return found
}

function checkSources(grant: GrantEntry, index: number, sections: Sections, report: Report): void {
  const providers = sections.saml.flatMap(provider => provider?.id ?? [])
  if (grant.sources === undefined) {
    if (sections.saml.length > 1) {
      const message = 'with several SAML providers a grant must say whose word counts'
      report.problem(['grants', index, 'sources'], message, suggestion('', providers, 'source'))
    }
    return
  }
  const known = [...providers, localSource]
  for (const [at, source] of grant.sources.entries()) {
    const path = ['grants', index, 'sources', at]
    if (source === localSource && sections.signIn?.password === false) {
      const remedy = 'set `signIn.password: true`, or remove it here'
      report.problem(path, 'local users cannot sign in: `signIn.password` is false', remedy)
    } else if (!known.includes(source) && !sections.saml.includes(undefined)) {
      report.problem(path, 'there is no such sign-in source', suggestion(source, known, 'source'))
    }
  }
}

function checkDestination(
  grant: GrantEntry,
  partition: Partition,
  index: number,
  sections: Sections,
  report: Report,
): void {
  if (grant.destination === undefined || isConsoleUrl(grant.destination, partition)) return
  const console = sections.aws?.endpoints.console
  if (console !== undefined && new URL(console).origin === new URL(grant.destination).origin) return
  const remedy =
    'use an https address of the AWS console, such as https://console.aws.amazon.com/s3'
  const message = `this is not on a console host of the partition ${partition}`
  report.problem(['grants', index, 'destination'], message, remedy)
}

function firstUses(key: string, what: string, report: Report) {
  const lines = new Map<string, number>()
  return (parent: readonly (string | number)[], value: string): void => {
    const path = [...parent, key]
    const line = lines.get(value)
    if (line === undefined) {
      lines.set(value, report.lineOf(path))
    } else {
      const remedy = `choose another: the ${what} in line ${line} has it`
      report.problem(path, `this ${key} is used twice`, remedy)
    }
  }
}
