import { createPublicKey, type KeyObject } from 'node:crypto'
import type { Path, ReportProblem } from '../report-problem.ts'
import { fromBase32 } from '../world/base32.ts'
import type { LoadedRole, LoadedSamlProvider, MfaDevice, Person } from '../world/loaded.ts'
import type { TenantPersonDocument } from './schema.ts'

/** A person as a simulated identity provider knows them. */
export interface TenantPerson {
  readonly person: Person
  /** Values of AWS's attribute Role: `role,provider`. */
  readonly awsRoles: readonly string[]
  readonly sessionDuration: number | undefined
  readonly totp: readonly OneTimeCodeApp[]
  readonly securityKeys: readonly RegisteredKey[]
}

export interface OneTimeCodeApp extends MfaDevice {
  readonly label: string
}

/** A FIDO2 credential. */
export interface RegisteredKey {
  readonly id: string
  readonly label: string
  readonly publicKey: KeyObject
}

/** What of the world people are checked against. */
export interface PeopleOfWorld {
  readonly people: ReadonlyMap<string, Person>
  readonly roles: ReadonlyMap<string, LoadedRole>
  readonly samlProviders: ReadonlyMap<string, LoadedSamlProvider>
}

/** Indexes the people of one simulated identity provider; undefined for one that is wrong, which is reported. */
export function tenantPersonOf(
  document: TenantPersonDocument,
  world: PeopleOfWorld,
  at: Path,
  report: ReportProblem,
): TenantPerson | undefined {
  const { username } = document
  const person = world.people.get(username)
  if (person === undefined) {
    report([...at, 'username'], username, 'is nobody of idp.people', 'Add the person there.')
    return undefined
  }
  const awsRoles = document.roles.flatMap((arn, number) =>
    roleValue(arn, world, [...at, 'roles', number], report),
  )
  return Object.freeze({
    person,
    awsRoles,
    sessionDuration: document.sessionDuration,
    totp: document.totp.map(({ label, secret }) => ({
      ...{ label, serial: `${at.join('.')}/${label}` },
      seed: fromBase32(secret),
    })),
    securityKeys: document.securityKeys.flatMap((key, number) =>
      keyOf(key, [...at, 'securityKeys', number, 'publicKey'], report),
    ),
  })
}

function roleValue(
  arn: string,
  { roles, samlProviders }: PeopleOfWorld,
  at: Path,
  report: ReportProblem,
): readonly string[] {
  const role = roles.get(arn)
  if (role === undefined) {
    report(at, arn, 'is no role of this world', 'Correct the ARN, or add the role.')
    return []
  }
  const provider = [...samlProviders.values()].find(
    ({ account, metadata }) => account.id === role.account.id && metadata === 'idp',
  )
  if (provider === undefined) {
    const remedy = 'Add a SAML provider with `metadata: idp` to it.'
    report(at, arn, 'its account trusts no identity provider of this world', remedy)
    return []
  }
  return [`${arn},${provider.arn}`]
}

function keyOf(
  { id, label, publicKey }: TenantPersonDocument['securityKeys'][number],
  at: Path,
  report: ReportProblem,
): readonly RegisteredKey[] {
  try {
    const der = Buffer.from(publicKey, 'base64')
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' })
    if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') throw new Error('another curve')
    return [{ id, label, publicKey: key }]
  } catch {
    report(at, publicKey, 'is no public key of P-256', 'Pass its SubjectPublicKeyInfo as base64.')
    return []
  }
}

/** The people of one simulated identity provider by their names; a name used twice is reported. */
export function tenantPeople<D extends { readonly username: string }, P>(
  documents: readonly D[],
  at: Path,
  report: ReportProblem,
  read: (document: D, at: Path) => P | undefined,
): ReadonlyMap<string, P> {
  const people = new Map<string, P>()
  documents.forEach((document, number) => {
    const where = [...at, 'people', number]
    const person = read(document, where)
    if (people.has(document.username)) {
      report([...where, 'username'], document.username, 'used twice', 'Give each its own.')
    } else if (person !== undefined) people.set(document.username, person)
  })
  return people
}
