/** Grants against accounts, sources and each other. */
import { isConsoleUrl, type Partition } from '@rolecall/aws'
import { suggestion } from './nearest.ts'
import type { Report } from './report.ts'
import { type RoleReference, readRoleReference } from './role-reference.ts'
import type { GrantEntry, Sections } from './sections.ts'

/** The source that local users sign in from. */
export const localSource = 'local'

/** Reports grants whose account, role, sources, destination or names do not fit the rest. */
export function checkGrants(sections: Sections, report: Report): void {
  const names = firstUses('name', 'grant', report)
  const paths = firstUses('path', 'grant', report)
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
    const target = accountOf(grant, role, index, sections, report)
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

function accountOf(
  grant: GrantEntry,
  role: RoleReference,
  index: number,
  sections: Sections,
  report: Report,
): { alias: string; partition: Partition } | undefined {
  const aliases = [...sections.accounts.keys()]
  if (role.kind === 'name') {
    if (grant.account === undefined) {
      const remedy = `add \`account\` with an alias, or write \`role\` as an ARN; ${suggestion('', aliases, 'account')}`
      report.problem(['grants', index, 'account'], 'a role name needs an account', remedy)
      return undefined
    }
    if (!sections.accounts.has(grant.account)) {
      const remedy = suggestion(grant.account, aliases, 'account')
      report.problem(['grants', index, 'account'], 'there is no account with this alias', remedy)
      return undefined
    }
    const account = sections.accounts.get(grant.account)
    return account && { alias: grant.account, partition: account.partition }
  }
  if (grant.account !== undefined) {
    const message = 'an account stands beside a role ARN, which names its own'
    report.problem(['grants', index, 'account'], message, 'remove `account`')
  }
  const found = [...sections.accounts].find(([, account]) => account?.id === role.accountId)
  if (found === undefined) {
    // An account whose own lines are wrong may be the one that is meant.
    if ([...sections.accounts.values()].includes(undefined)) return undefined
    const remedy = `add it: \`accounts: {my-alias: {id: "${role.accountId}"}}\``
    const message = `the account ${role.accountId} of this role is not under \`accounts\``
    report.problem(['grants', index, 'role'], message, remedy)
    return undefined
  }
  const [alias, account] = found
  if (account === undefined) return undefined
  if (account.partition !== role.partition) {
    const message = `the partition is ${role.partition}, but the account ${alias} is in ${account.partition}`
    const remedy = `write arn:${account.partition}:…, or \`partition: ${role.partition}\` at the account`
    report.problem(['grants', index, 'role'], message, remedy)
    return undefined
  }
  return { alias, partition: account.partition }
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
