import {
  catalogOf,
  compileGrants,
  type Grants,
  loadConfig,
  type Principal,
  principalId,
} from '@rolecall/server'

const address = '127.0.0.1'
/** When and from where the people of these tests ask. */
const at = { now: new Date('2026-11-26T12:00:00Z'), address }

/** A person by way of the proxy, unless it is said otherwise. */
export function principal(over: Partial<Principal>): Principal {
  const { source = 'proxy', username = 'alice' } = over
  return {
    kind: 'person',
    id: principalId(source, username),
    source,
    username,
    displayName: username,
    email: undefined,
    groups: [],
    attributes: {},
    amr: [],
    authenticatedAt: at.now,
    address,
    notAfter: undefined,
    ...over,
  }
}

/** A machine that DNS has confirmed. */
export const machine = (host: string, domain: string) =>
  principal({
    kind: 'machine',
    source: 'machines',
    username: `${host}.${domain}`,
    attributes: { host: [host], domain: [domain] },
  })

/** What the principal may take: `alias/name`. */
export const rolesOf = (grants: Grants, who: Principal) =>
  grants.offersFor(who, at).map(({ account, roleName }) => `${account.alias}/${roleName}`)

/** The ARNs of what the principal may take. */
export const arnsOf = (grants: Grants, who: Principal) =>
  grants.offersFor(who, at).map(({ roleArn }) => roleArn)

/** The role behind a short address, if the principal may take it. */
export const targetOf = (grants: Grants, who: Principal, path: string) =>
  grants.decideTarget(who, path, at).offer?.roleArn

/** The grants of a file, which must have no problem. */
export async function grantsOf(file: string): Promise<Grants> {
  const loaded = await loadConfig(file, { env: { AWS_EC2_METADATA_DISABLED: 'true' } })
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems, undefined, 2))
  return compileGrants(loaded.config.grants, catalogOf(loaded.config.accounts))
}
