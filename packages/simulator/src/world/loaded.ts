import type { LoadedAuthentik } from '../authentik/loaded.ts'
import type { JumpCloudDocument } from '../jumpcloud/schema.ts'
import type { LoadedKeycloak } from '../keycloak/loaded.ts'
import type { LoadedOkta } from '../okta/loaded.ts'
import type { Policy } from '../policy/document.ts'

/** An account of the world. */
export interface LoadedAccount {
  readonly id: string
  readonly partition: 'aws' | 'aws-cn' | 'aws-us-gov' | 'aws-eusc'
  readonly alias: string | undefined
  readonly name: string | undefined
  readonly email: string | undefined
  readonly tags: ReadonlyMap<string, string>
  readonly state: 'PENDING_ACTIVATION' | 'ACTIVE' | 'SUSPENDED' | 'PENDING_CLOSURE' | 'CLOSED'
}

/** A role with its trust policy read. */
export interface LoadedRole {
  readonly account: LoadedAccount
  readonly name: string
  readonly path: string
  /** With the path. */
  readonly arn: string
  /** `AROA…` */
  readonly id: string
  readonly description: string
  readonly maxSessionDuration: number
  readonly trust: Policy
  /** The trust policy as it was written, for IAM's answers. */
  readonly trustDocument: unknown
  readonly identity: readonly Policy[]
  readonly tags: ReadonlyMap<string, string>
}

/** An IAM user with its policies read. */
export interface LoadedUser {
  readonly account: LoadedAccount
  readonly name: string
  readonly arn: string
  /** `AIDA…` */
  readonly id: string
  readonly identity: readonly Policy[]
  readonly tags: ReadonlyMap<string, string>
  readonly mfaDevices: readonly MfaDevice[]
}

/** A device that makes one-time passwords. */
export interface MfaDevice {
  readonly serial: string
  readonly seed: Uint8Array
}

/** A long-lived access key, found by its id. */
export interface AccessKey {
  readonly secretAccessKey: string
  readonly user: LoadedUser
}

/** A SAML provider as IAM holds it in an account. */
export interface LoadedSamlProvider {
  readonly account: LoadedAccount
  readonly name: string
  readonly arn: string
  /** Metadata XML, or the name of one of the simulator's own: `idp`, `jumpcloud`. */
  readonly metadata: string
}

/** An OpenID Connect provider as IAM holds it in an account. */
export interface LoadedOidcProvider {
  readonly account: LoadedAccount
  /** The issuer. */
  readonly url: string
  /** The issuer without its scheme: the end of the ARN, and the beginning of its condition keys. */
  readonly name: string
  readonly arn: string
  readonly clientIds: readonly string[]
  readonly keys: KeySource
}

/** Where the keys of an issuer are: the simulator's own, a JWKS, or the URL of one. */
export type KeySource =
  | { readonly kind: 'simulator' }
  | { readonly kind: 'jwks'; readonly keys: readonly JsonWebKey[] }
  | { readonly kind: 'url'; readonly url: string }

/** A JSON Web Key (RFC 7517) as it stands in a file. */
export type JsonWebKey = Readonly<Record<string, unknown>>

/** A permission set of Identity Center in one account, with the role that stands for it there. */
export interface Assignment {
  readonly permissionSet: string
  readonly role: LoadedRole
  readonly groups: ReadonlySet<string>
  readonly people: ReadonlySet<string>
}

/** Identity Center: who may be what where. */
export interface LoadedIdentityCenter {
  readonly startUrl: string
  readonly assignments: readonly Assignment[]
}

/** An organization of accounts, all of one partition. */
export interface LoadedOrganization {
  readonly id: string
  readonly managementAccount: LoadedAccount
  /** Ids of the accounts that may call its API, the management account among them. */
  readonly administrators: ReadonlySet<string>
  readonly accounts: readonly LoadedAccount[]
}

/** Somebody who can sign in at the company IdP. */
export interface Person {
  readonly username: string
  readonly password: string
  readonly displayName: string
  readonly email: string | undefined
  readonly groups: readonly string[]
}

/** A bucket that is there from the start. */
export interface LoadedBucket {
  readonly account: LoadedAccount
  readonly name: string
  readonly region: string
}

/** A checked world, indexed by the names under which requests ask. */
export interface LoadedWorld {
  readonly accounts: ReadonlyMap<string, LoadedAccount>
  readonly roles: ReadonlyMap<string, LoadedRole>
  readonly users: ReadonlyMap<string, LoadedUser>
  readonly accessKeys: ReadonlyMap<string, AccessKey>
  /** Those of the world file; calls to IAM make more. */
  readonly samlProviders: ReadonlyMap<string, LoadedSamlProvider>
  readonly buckets: readonly LoadedBucket[]
  readonly oidcProviders: ReadonlyMap<string, LoadedOidcProvider>
  /** The accounts' own managed policies, by ARN. */
  readonly policies: ReadonlyMap<string, Policy>
  readonly organization: LoadedOrganization | undefined
  readonly identityCenter: LoadedIdentityCenter | undefined
  readonly keycloak: LoadedKeycloak | undefined
  readonly okta: LoadedOkta | undefined
  readonly authentik: LoadedAuthentik | undefined
  readonly people: ReadonlyMap<string, Person>
  /** Metadata XML of the service providers that the IdP answers. */
  readonly serviceProviders: readonly string[]
  readonly jumpCloud: JumpCloudDocument | undefined
}
