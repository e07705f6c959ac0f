import type { Policy } from '../policy/document.ts'

/** An account of the world. */
export interface LoadedAccount {
  readonly id: string
  readonly partition: 'aws' | 'aws-cn' | 'aws-us-gov' | 'aws-eusc'
  readonly alias: string | undefined
  readonly name: string | undefined
}

/** A role with its trust policy read. */
export interface LoadedRole {
  readonly account: LoadedAccount
  readonly name: string
  /** With the path. */
  readonly arn: string
  /** `AROA…` */
  readonly id: string
  readonly description: string
  readonly maxSessionDuration: number
  readonly trust: Policy
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
  /** Metadata XML, or `idp` for the simulator's own. */
  readonly metadata: string
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
  readonly samlProviders: ReadonlyMap<string, LoadedSamlProvider>
  readonly buckets: readonly LoadedBucket[]
  readonly people: ReadonlyMap<string, Person>
  /** Metadata XML of the service providers that the IdP answers. */
  readonly serviceProviders: readonly string[]
}
