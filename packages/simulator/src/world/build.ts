import { loadAuthentik } from '../authentik/loaded.ts'
import { loadKeycloak } from '../keycloak/loaded.ts'
import { loadOkta } from '../okta/loaded.ts'
import type { Policy } from '../policy/document.ts'
import type { Principal } from '../policy/principal.ts'
import type { Path, ReportProblem } from '../report-problem.ts'
import { fromBase32 } from './base32.ts'
import { buildIdentityCenter } from './build-identity-center.ts'
import { buildOrganization } from './build-organization.ts'
import { identityOf, policyOf } from './build-policies.ts'
import { checkJumpCloud } from './check-jumpcloud.ts'
import { roleIdOf, userIdOf } from './identifiers.ts'
import type {
  AccessKey,
  LoadedAccount,
  LoadedBucket,
  LoadedOidcProvider,
  LoadedRole,
  LoadedSamlProvider,
  LoadedUser,
  LoadedWorld,
  Person,
} from './loaded.ts'
import type { WorldDocument } from './schema.ts'

/** Indexes a world and checks what a schema cannot: policies, names used twice, principals that do not exist. */
export function buildWorld(document: WorldDocument, report: ReportProblem): LoadedWorld {
  const accounts = new Map<string, LoadedAccount>()
  const roles = new Map<string, LoadedRole>()
  const users = new Map<string, LoadedUser>()
  const accessKeys = new Map<string, AccessKey>()
  const samlProviders = new Map<string, LoadedSamlProvider>()
  const buckets = new Map<string, LoadedBucket>()
  const oidcProviders = new Map<string, LoadedOidcProvider>()
  const policies = new Map<string, Policy>()
  const serials = new Map<string, true>()

  document.accounts.forEach((entry, index) => {
    const at = ['accounts', index]
    const account: LoadedAccount = Object.freeze({
      id: entry.id,
      partition: entry.partition,
      alias: entry.alias,
      name: entry.name,
      email: entry.email,
      tags: new Map(Object.entries(entry.tags)),
      state: entry.state,
    })
    once(accounts, account.id, account, [...at, 'id'], report)
    const iam = `arn:${account.partition}:iam::${account.id}`
    const ownPolicies = new Map<string, Policy>()
    entry.policies.forEach((policy, number) => {
      const where = [...at, 'policies', number]
      const read = policyOf(policy.document, 'identity', [...where, 'document'], report)
      const arn = `${iam}:policy${policy.path}${policy.name}`
      once(policies, arn, read, [...where, 'name'], report)
      ownPolicies.set(arn, read)
    })
    const roleNames = new Map<string, true>()
    entry.roles.forEach((role, number) => {
      const where = [...at, 'roles', number]
      const arn = `${iam}:role${role.path}${role.name}`
      once(roleNames, role.name.toLowerCase(), true, [...where, 'name'], report)
      const { maxSessionDuration, description, name } = role
      const trust = policyOf(role.trust, 'trust', [...where, 'trust'], report)
      const identity = identityOf(role, ownPolicies, where, report)
      const tags = new Map(Object.entries(role.tags))
      const id = roleIdOf(arn)
      const loaded = {
        account,
        name,
        path: role.path,
        arn,
        id,
        description,
        maxSessionDuration,
        trust,
        trustDocument: role.trust,
        identity,
        tags,
      }
      roles.set(arn, Object.freeze(loaded))
    })
    entry.buckets.forEach(({ name, region }, number) => {
      once(
        buckets,
        name,
        Object.freeze({ account, name, region }),
        [...at, 'buckets', number],
        report,
      )
    })
    const userNames = new Map<string, true>()
    entry.users.forEach((user, number) => {
      const where = [...at, 'users', number]
      const arn = `${iam}:user${user.path}${user.name}`
      once(userNames, user.name.toLowerCase(), true, [...where, 'name'], report)
      const identity = identityOf(user, ownPolicies, where, report)
      const tags = new Map(Object.entries(user.tags))
      const mfaDevices = user.mfaDevices.map(({ serial, secret }, place) => {
        const device = { serial: serial ?? `${iam}:mfa/${user.name}`, seed: fromBase32(secret) }
        once(serials, device.serial, true, [...where, 'mfaDevices', place, 'serial'], report)
        return device
      })
      const id = userIdOf(arn)
      const loaded = { account, name: user.name, arn, id, identity, tags, mfaDevices }
      users.set(arn, Object.freeze(loaded))
      user.accessKeys.forEach((key, place) => {
        const access = { secretAccessKey: key.secret, user: loaded }
        once(accessKeys, key.id, access, [...where, 'accessKeys', place, 'id'], report)
      })
    })
    entry.samlProviders.forEach((provider, number) => {
      const arn = `${iam}:saml-provider/${provider.name}`
      const metadata = typeof provider.metadata === 'string' ? provider.metadata : ''
      const loaded = Object.freeze({ account, name: provider.name, arn, metadata })
      once(samlProviders, arn, loaded, [...at, 'samlProviders', number, 'name'], report)
    })
    entry.oidcProviders.forEach((provider, number) => {
      const loaded = oidcProviderOf(provider, account)
      once(oidcProviders, loaded.arn, loaded, [...at, 'oidcProviders', number, 'url'], report)
    })
  })

  const known = (principal: Principal): boolean => {
    if (principal.kind !== 'aws' && principal.kind !== 'federated') return true
    const [, , service = '', , accountId = '', resource = ''] = principal.arn.split(':')
    if (!accounts.has(accountId) || service !== 'iam') return true
    if (resource.startsWith('saml-provider/')) return samlProviders.has(principal.arn)
    if (resource.startsWith('oidc-provider/')) return oidcProviders.has(principal.arn)
    if (principal.kind === 'federated') return true
    return resource.startsWith('user/') ? users.has(principal.arn) : roles.has(principal.arn)
  }
  document.accounts.forEach((entry, index) => {
    entry.roles.forEach((role, number) => {
      const arn = `arn:${entry.partition}:iam::${entry.id}:role${role.path}${role.name}`
      for (const principal of roles.get(arn)?.trust.statements.flatMap(s => s.principals) ?? []) {
        if (known(principal) || !('arn' in principal)) continue
        report(
          ['accounts', index, 'roles', number, 'trust'],
          principal.arn,
          'invalid principal in policy: its account is in this world, but it is not',
          'Correct the ARN, or add the user, role or provider to that account.',
        )
      }
    })
  })

  const people = peopleOf(document, report)
  const identityCenter = buildIdentityCenter(document, { accounts, people }, report)
  for (const { role } of identityCenter?.assignments ?? []) roles.set(role.arn, role)
  checkJumpCloud(document, samlProviders, report)
  const peopleOfWorld = { people, roles, samlProviders }
  return Object.freeze({
    accounts,
    roles,
    users,
    accessKeys,
    samlProviders,
    buckets: [...buckets.values()],
    oidcProviders,
    policies,
    people,
    organization: buildOrganization(document, accounts, report),
    identityCenter,
    keycloak: document.keycloak && loadKeycloak(document.keycloak, peopleOfWorld, report),
    okta: document.okta && loadOkta(document.okta, peopleOfWorld, report),
    authentik: document.authentik && loadAuthentik(document.authentik, peopleOfWorld, report),
    serviceProviders: document.idp.serviceProviders.filter(item => typeof item === 'string'),
    jumpCloud: document.jumpCloud,
  })
}

function peopleOf(document: WorldDocument, report: ReportProblem): Map<string, Person> {
  const people = new Map<string, Person>()
  document.idp.people.forEach((entry, index) => {
    const { username, password, email, groups } = entry
    const displayName = entry.displayName ?? username
    const person = Object.freeze({ username, password, displayName, email, groups })
    once(people, username, person, ['idp', 'people', index, 'username'], report)
  })
  return people
}

function oidcProviderOf(
  provider: WorldDocument['accounts'][number]['oidcProviders'][number],
  account: LoadedAccount,
): LoadedOidcProvider {
  const { url, clientIds, jwks } = provider
  const name = url.replace(/^https?:\/\//, '')
  const arn = `arn:${account.partition}:iam::${account.id}:oidc-provider/${name}`
  return Object.freeze({ account, url, name, arn, clientIds, keys: keySourceOf(jwks) })
}

function keySourceOf(
  jwks: WorldDocument['accounts'][number]['oidcProviders'][number]['jwks'],
): LoadedOidcProvider['keys'] {
  if (jwks === 'simulator') return { kind: 'simulator' }
  if ('url' in jwks && typeof jwks.url === 'string') return { kind: 'url', url: jwks.url }
  return { kind: 'jwks', keys: 'keys' in jwks && Array.isArray(jwks.keys) ? jwks.keys : [] }
}

function once<T>(map: Map<string, T>, key: string, value: T, path: Path, report: ReportProblem) {
  if (map.has(key)) report(path, key, 'used twice', 'Give each its own.')
  else map.set(key, value)
}
