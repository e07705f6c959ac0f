/** Snapshots of the accounts and roles that are known at one moment. */
import type { Account, KnownRole, RoleCatalog } from '../nouns.ts'

/** What a snapshot is made of. */
export interface CatalogParts {
  readonly version: number
  readonly state: RoleCatalog['state']
  /** The earlier one of two with the same alias is taken. */
  readonly accounts: readonly Account[]
  /** By `accountKey`; an account that is not in it has no roles that are known. */
  readonly roles: ReadonlyMap<string, readonly KnownRole[]>
}

/** What an account is known by: ids are unique in a partition. */
export function accountKey(account: Pick<Account, 'partition' | 'id'>): string {
  return `${account.partition}:${account.id}`
}

/** A snapshot; nothing in it changes any more. */
export function createCatalog({ version, state, accounts, roles }: CatalogParts): RoleCatalog {
  const byAlias = new Map<string, Account>()
  for (const account of accounts) {
    if (!byAlias.has(account.alias)) byAlias.set(account.alias, account)
  }
  return Object.freeze({
    version,
    state,
    accounts: Object.freeze([...byAlias.values()]),
    account: (alias: string) => byAlias.get(alias),
    roles: (account: Account) => roles.get(accountKey(account)),
  })
}

/** The catalogue of declared accounts alone: complete from the start, and without roles. */
export function catalogOf(accounts: readonly Account[]): RoleCatalog {
  return createCatalog({ version: 0, state: 'ready', accounts, roles: new Map() })
}
