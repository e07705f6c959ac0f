/**
 * The nouns of the one path: sign-in → Principal → grants → RoleOffer → sessions → RoleSession →
 * delivery. Plain, frozen data: no step reaches back into an earlier one.
 */
import type { Credentials, Partition } from '@rolecall/aws'

/** Who is signed in, and how we know. Built only by `signin/` from verified facts. */
export interface Principal {
  /** A machine's `username` is its forward-confirmed host name in lower case; it has no groups. */
  readonly kind: 'person' | 'machine'
  /** Stable and unique over all sources: `<source>:<name at the source>`. */
  readonly id: string
  /** The sign-in source that vouches for this principal: a SAML provider's `id`, or `local`. */
  readonly source: string
  /** The name at that source, byte for byte as the source gave it. */
  readonly username: string
  readonly displayName: string
  readonly email: string | undefined
  readonly groups: readonly string[]
  readonly attributes: Readonly<Record<string, readonly string[]>>
  /** How the person proved it, in the words of RFC 8176 (`pwd`, `mfa`) or a SAML context class. */
  readonly amr: readonly string[]
  readonly authenticatedAt: Date
  /** The network address that signed in. */
  readonly address: string
  /** When the source says that this sign-in ends (SAML SessionNotOnOrAfter). */
  readonly notAfter: Date | undefined
}

/** The source of people who sign in with a password kept here; no provider may have this id. */
export const localSource = 'local'

/** A principal's id: `company:alice`. A source's id has no colon, so two never have the same. */
export function principalId(source: string, username: string): string {
  return `${source}:${username}`
}

/** An AWS account that roles live in. */
export interface Account {
  readonly alias: string
  /** Twelve digits. */
  readonly id: string
  readonly partition: Partition
  readonly name: string
  /** Undefined: nobody has read them. */
  readonly tags: Readonly<Record<string, string>> | undefined
  /** Default: AssumeRole with the gateway's own credentials. */
  readonly via?: AccountVia
}

/** A role as IAM has it: found by discovery. */
export interface KnownRole {
  readonly arn: string
  /** Without its path: unique in an account. */
  readonly name: string
  /** Begins and ends with `/`. */
  readonly path: string
  readonly description: string | undefined
  /** Undefined: nobody has read them. */
  readonly tags: Readonly<Record<string, string>> | undefined
  /** The role's MaxSessionDuration: 3600 to 43200. */
  readonly maxSessionSeconds: number | undefined
}

/**
 * The accounts and roles that are known at one moment: declared in the file (these win) or
 * discovered. Never changed; what is learned later is a new catalogue with a higher version.
 */
export interface RoleCatalog {
  readonly version: number
  /** `loading` until every account was read once, `partial` while some could not be read. */
  readonly state: 'loading' | 'ready' | 'partial'
  readonly accounts: readonly Account[]
  account(alias: string): Account | undefined
  /** The roles of an account; undefined when they are not discovered, or not yet. */
  roles(account: Account): readonly KnownRole[] | undefined
}

/** A form in which a role session reaches its user. */
export type DeliveryForm = 'console' | 'credentials'

/** The rule that gives something: how it is called and where it stands. */
export interface Grant {
  readonly name: string
  readonly line: number
  /** The last part of `GET {targets.prefix}/{path}`. */
  readonly path: string | undefined
}

/** A session tag (STS API Reference, Tag). */
export interface SessionTag {
  readonly key: string
  readonly value: string
}

/** One role that this principal may take now, and why. */
export interface RoleOffer {
  readonly grant: Grant
  readonly account: Account
  readonly roleArn: string
  /** Without its IAM path: unique in an account. */
  readonly roleName: string
  /** At most `maxSessionSeconds`. */
  readonly durationSeconds: number
  /** The role's own maximum, where it is known. */
  readonly maxSessionSeconds: number | undefined
  /** The forms in which it may be delivered, at least one. */
  readonly forms: readonly DeliveryForm[]
  /** A session policy as compact JSON. */
  readonly policy: string | undefined
  readonly policyArns: readonly string[]
  readonly tags: readonly SessionTag[]
  readonly transitiveTagKeys: readonly string[]
  /** Undefined: as the configuration has it for everyone. */
  readonly sourceIdentity: string | undefined
  /** Where the console opens. */
  readonly destination: string | undefined
  /** The region for the console and for the programs that get the keys. */
  readonly region: string | undefined
  /** A sentence for people and for the audit: `group "aws-admins" by grant "prod-admin" (line 12)`. */
  readonly reason: string
  /** Sentences that the person should see: the role allows less time than the grant. */
  readonly notes: readonly string[]
}

/** The temporary credentials of one taken role. Shared by all requests of one principal for it. */
export interface RoleSession {
  readonly offer: RoleOffer
  readonly assumedRoleArn: string
  readonly sessionName: string
  readonly sourceIdentity: string | undefined
  readonly credentials: Credentials
  readonly takenAt: Date
  readonly expiration: Date
  /** As asked of AWS. */
  readonly durationSeconds: number
  /** Taken with temporary credentials: AWS gives its console no duration of its own. */
  readonly isChained: boolean
  /** Sentences that the person should see: a shortened session, a changed name. */
  readonly notes: readonly string[]
  /** The STS request id: joins our audit line with CloudTrail's. */
  readonly requestId: string | undefined
}

/** How a role session of an account is obtained: the way in front of the role. */
export type AccountVia =
  | { readonly kind: 'assume-role' }
  /** The gateway's own identity provider signs an assertion for this IAM SAML provider. */
  | { readonly kind: 'saml'; readonly providerArn: string }
  /** Through this role first. */
  | { readonly kind: 'role'; readonly roleArn: string }
