/** What a connection gives after sign-in: roles, and the keys of each. */
import type { Partition } from '@rolecall/aws'

/** A role that the person may take. */
export interface OfferedRole {
  readonly roleArn: string
  /** 12 digits. */
  readonly accountId: string
  readonly partition: Partition
  /** What people call the account: the server's alias, the application, the file's `[accounts]`. */
  readonly accountName: string | undefined
  /** The last part of the ARN. */
  readonly roleName: string
  /** Of the SAML provider in AWS, for roles of an assertion. */
  readonly principalArn: string | undefined
  readonly region: string | undefined
  /** Whether keys may be had; a server may give the console alone. */
  readonly keys: boolean
  /** Path of the server that opens the console, for roles of a server. */
  readonly consoleHref: string | undefined
}

/** Temporary keys of a role. Plain texts: it is written to the encrypted cache as JSON. */
export interface RoleKeys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  /** RFC 3339, UTC. */
  readonly expiration: string
  readonly roleArn: string
  readonly accountId: string
  readonly assumedRoleArn: string
  readonly region: string | undefined
  /** Of STS when it is not AWS's own. */
  readonly endpointUrl: string | undefined
  /** What the person should know, such as that the session is shorter than asked for. */
  readonly notes: readonly string[]
}

/** How one sign-in is used. Calls may run at the same time. */
export interface SignedIn {
  /** For people: who, where. */
  readonly who: string
  readonly roles: readonly OfferedRole[]
  /** Throws `Failure`: `credentials` when STS refuses, `noRole`, `network`. */
  keys(
    role: OfferedRole,
    wish: { readonly durationSeconds?: number | undefined },
  ): Promise<RoleKeys>
}
