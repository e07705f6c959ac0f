/** Principals, accounts and catalogues for tests of grants. */
import { accountKey, createCatalog } from '../../src/accounts/catalog.ts'
import type { Account, KnownRole, Principal, RoleCatalog, RoleOffer } from '../../src/nouns.ts'

/** A person of the source `corp`, called alice. */
export function person(over: Partial<Principal> = {}): Principal {
  const username = over.username ?? 'alice'
  const source = over.source ?? 'corp'
  return {
    kind: 'person',
    id: `${source}:${username}`,
    source,
    username,
    displayName: 'Alice',
    email: undefined,
    groups: ['admins', 'staff'],
    attributes: {},
    amr: [],
    authenticatedAt: new Date('2026-01-01T00:00:00Z'),
    address: '192.0.2.1',
    notAfter: undefined,
    ...over,
  }
}

/** A machine by its confirmed name. */
export function machine(name: string, address = '10.1.2.3'): Principal {
  const [host = '', ...domain] = name.split('.')
  return person({
    kind: 'machine',
    source: 'machines',
    username: name,
    groups: [],
    attributes: { host: [host], domain: [domain.join('.')] },
    address,
  })
}

/** An account of the partition `aws`; the id is made of the number. */
export function numbered(alias: string, number: number, over: Partial<Account> = {}): Account {
  const id = String(111_122_223_000 + number)
  return { alias, id, partition: 'aws', name: alias, tags: {}, ...over }
}

/** A role of an account as IAM has it. */
export function knownRole(
  account: Account,
  name: string,
  over: Partial<KnownRole> = {},
): KnownRole {
  const path = over.path ?? '/'
  return {
    arn: `arn:${account.partition}:iam::${account.id}:role${path}${name}`,
    name,
    path,
    description: undefined,
    tags: {},
    maxSessionSeconds: 43_200,
    ...over,
  }
}

/** A catalogue; an account that has no list has no roles that are known. */
export function catalogWith(
  accounts: readonly Account[],
  roles: readonly (readonly [Account, readonly KnownRole[]])[] = [],
): RoleCatalog {
  return createCatalog({
    version: 1,
    state: 'ready',
    accounts,
    roles: new Map(roles.map(([account, list]) => [accountKey(account), list])),
  })
}

/** A moment: 2026-01-05 was a Monday. */
export const monday = { now: new Date('2026-01-05T10:00:00Z'), address: '192.0.2.1' }

/** An offer of the role `R` of the account, for an hour and in both forms. */
export function roleOffer(account: Account, over: Partial<RoleOffer> = {}): RoleOffer {
  return {
    grant: { name: 'g', line: 1, path: undefined },
    account,
    roleArn: `arn:${account.partition}:iam::${account.id}:role/R`,
    roleName: 'R',
    durationSeconds: 3600,
    maxSessionSeconds: undefined,
    forms: ['console', 'credentials'],
    policy: undefined,
    policyArns: [],
    tags: [],
    transitiveTagKeys: [],
    sourceIdentity: undefined,
    destination: undefined,
    region: undefined,
    reason: 'everyone signed in by grant "g" (line 1)',
    notes: [],
    ...over,
  }
}
