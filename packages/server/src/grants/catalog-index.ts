/** The catalogue of accounts and roles, ready to be looked up. */
import { type Partition, roleArn } from '@rolecall/aws'
import type { Account, KnownRole, RoleCatalog } from '../nouns.ts'
import type { Target } from './types.ts'

/** The look-ups of one snapshot. */
export interface CatalogIndex {
  readonly accounts: readonly Account[]
  /** By an id that only one account has, or by alias. */
  account(name: string): Account | undefined
  accountWithId(partition: Partition, id: string): Account | undefined
  /** The accounts that have all of these tags. */
  tagged(tags: Readonly<Record<string, string>>): readonly Account[]
  /** The discovered roles that people can take; undefined when they are not discovered (yet). */
  roles(account: Account): AccountRoles | undefined
}

/** The roles of an account. */
export interface AccountRoles {
  readonly all: readonly Target[]
  readonly byName: ReadonlyMap<string, Target>
}

/** Roles that only AWS itself takes (IAM User Guide, "Service-linked roles"). */
const serviceRolePath = '/aws-service-role/'

/** Prepares a snapshot; the roles of an account are prepared when they are first asked for. */
export function indexCatalog(catalog: RoleCatalog): CatalogIndex {
  const byId = new Map<string, Account | undefined>()
  for (const account of catalog.accounts) {
    // In two partitions an id may be that of two accounts: then it names neither.
    byId.set(account.id, byId.has(account.id) ? undefined : account)
  }
  const byKey = new Map(catalog.accounts.map(one => [`${one.partition}:${one.id}`, one]))
  const prepared = new Map<Account, AccountRoles | undefined>()
  return Object.freeze({
    accounts: catalog.accounts,
    // Ids first: an alias of twelve digits must not pass for the account of that id.
    account: (name: string) => (byId.has(name) ? byId.get(name) : catalog.account(name)),
    accountWithId: (partition: Partition, id: string) => byKey.get(`${partition}:${id}`),
    tagged(tags: Readonly<Record<string, string>>) {
      return catalog.accounts.filter(account => hasTags(account, tags))
    },
    roles(account: Account) {
      if (!prepared.has(account)) prepared.set(account, prepare(account, catalog.roles(account)))
      return prepared.get(account)
    },
  })
}

/** Whether the account has all of these tags, as far as its tags are known. */
export function hasTags(
  { tags: known = {} }: Account,
  tags: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(tags).every(
    ([key, value]) => Object.hasOwn(known, key) && known[key] === value,
  )
}

function prepare(
  account: Account,
  roles: readonly KnownRole[] | undefined,
): AccountRoles | undefined {
  if (roles === undefined) return undefined
  const all = roles
    .filter(({ path }) => !path.startsWith(serviceRolePath))
    .map(
      (known): Target =>
        Object.freeze({ account, path: known.path, name: known.name, arn: known.arn, known }),
    )
  return Object.freeze({ all, byName: new Map(all.map(target => [target.name, target])) })
}

/** A role that is named and of which nothing more is known. */
export function namedTarget(account: Account, path: string, name: string): Target {
  const arn = roleArn({ partition: account.partition, accountId: account.id, path, name })
  return Object.freeze({ account, path, name, arn, known: undefined })
}
