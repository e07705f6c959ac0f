/** `discovery` as the steps use it. Times are in milliseconds. */
export interface DiscoveryConfig {
  readonly organizations: OrganizationsDiscovery | undefined
  readonly roles: RolesDiscovery | undefined
  /** How long what was read counts. */
  readonly keepMs: number
}

/** How accounts are read from Organizations. */
export interface OrganizationsDiscovery {
  /** The ARN of the role that may; undefined: the gateway's own credentials do. */
  readonly role: string | undefined
  readonly externalId: string | undefined
  readonly everyMs: number
  readonly tags: boolean
  /** Ids of accounts. */
  readonly exclude: readonly string[]
}

/** How roles are read from IAM. */
export interface RolesDiscovery {
  /** Path and name of the role that is taken in each account. */
  readonly path: string
  readonly name: string
  readonly externalId: string | undefined
  readonly everyMs: number
  readonly pathPrefix: string
  readonly tags: boolean
  readonly tagsEveryMs: number
}
