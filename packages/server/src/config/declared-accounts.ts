/** The accounts of the file, ready to be looked up by the checks of grants. */
import type { Partition } from '@rolecall/aws'
import type { KeyPath } from './key-path.ts'
import { suggester } from './nearest.ts'
import type { Report } from './report.ts'
import type { RoleReference } from './role-reference.ts'
import type { AccountEntry, Sections } from './sections.ts'

/** The look-ups. */
export interface DeclaredAccounts {
  /** By alias, or by an id that one account has. */
  named(text: string): DeclaredAccount | undefined
  /** By partition and id, and by id alone. */
  readonly byId: ReadonlyMap<string, DeclaredAccount>
  /** Whether the account of this alias stands in the file and is wrong in itself. */
  hasUnread(alias: string): boolean
  hasTagged(tags: Readonly<Record<string, string>>): boolean
  /** False when an account is wrong in itself: it may be the one that a grant means. */
  readonly areComplete: boolean
  /** Of all accounts; `aws` when there is none. */
  readonly partitions: readonly Partition[]
  /** What to do about an alias that is not there. */
  readonly suggest: (alias: string) => string
}

/** What grants ask of an account. */
export interface DeclaredAccount {
  readonly alias: string
  readonly partition: Partition
}

/** Prepares the look-ups once for all grants. */
export function indexAccounts({ accounts }: Sections): DeclaredAccounts {
  const byId = new Map<string, DeclaredAccount>()
  const partitions = new Set<Partition>()
  for (const [alias, account] of accounts) {
    if (account === undefined) continue
    const declared = { alias, partition: account.partition }
    partitions.add(account.partition)
    byId.set(account.id, declared)
    byId.set(`${account.partition}:${account.id}`, declared)
  }
  const all = [...accounts.values()]
  const readable = all.filter((account): account is AccountEntry => account !== undefined)
  return {
    named(text) {
      const account = accounts.get(text)
      if (account !== undefined) return { alias: text, partition: account.partition }
      return readable.filter(({ id }) => id === text).length === 1 ? byId.get(text) : undefined
    },
    byId,
    hasUnread: alias => accounts.has(alias) && accounts.get(alias) === undefined,
    hasTagged: tags =>
      readable.some(account =>
        Object.entries(tags).every(([key, value]) => account.tags[key] === value),
      ),
    areComplete: !all.includes(undefined),
    partitions: partitions.size === 0 ? ['aws'] : [...partitions],
    suggest: suggester([...accounts.keys()], 'account'),
  }
}

/** The account that an ARN is of; reports when there is none or it is in another partition. */
export function accountOfArn(
  role: RoleReference & { kind: 'arn' },
  accounts: DeclaredAccounts,
  isDiscovered: boolean,
  path: KeyPath,
  report: Report,
): DeclaredAccount | undefined {
  const { accountId } = role
  const found = accounts.byId.get(`${role.partition}:${accountId}`) ?? accounts.byId.get(accountId)
  if (found === undefined) {
    if (!accounts.areComplete || isDiscovered) return undefined
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
