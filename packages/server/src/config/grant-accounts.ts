/** Which account a grant is for. */
import type { Partition } from '@rolecall/aws'
import { suggester } from './nearest.ts'
import type { Report } from './report.ts'
import type { RoleReference } from './role-reference.ts'
import type { GrantEntry, Sections } from './sections.ts'

/** The accounts of the file, ready to be looked up. */
export interface Accounts {
  readonly byAlias: Sections['accounts']
  /** By partition and id, and by id alone. */
  readonly byId: ReadonlyMap<string, Target>
  /** False when an account is wrong in itself: it may be the one that a grant means. */
  readonly areComplete: boolean
  /** What to do about an alias that is not there. */
  readonly suggest: (alias: string) => string
}

/** The account that a grant is for. */
export interface Target {
  readonly alias: string
  readonly partition: Partition
}

/** Prepares the look-up once for all grants. */
export function indexAccounts({ accounts }: Sections): Accounts {
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

/** The account that a grant means; reports when there is none or it does not fit the role. */
export function accountOf(
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
