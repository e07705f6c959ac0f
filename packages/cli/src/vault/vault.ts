/** What is kept between commands, and how. */
import type { RoleKeys } from '../sources/source.ts'

/** Secrets at rest: the OS's keyring, else an encrypted file. Names are `kind:connection:user`. */
export interface Vault {
  get(name: string): Promise<string | undefined>
  set(name: string, value: string): Promise<void>
  /** True when there was one. */
  delete(name: string): Promise<boolean>
  /** Names that begin so. */
  names(prefix: string): Promise<readonly string[]>
  /** For people: which keyring or file. */
  readonly place: string
}

/** Keys of taken roles, encrypted, shared by every process of the user. */
export interface KeyCache {
  /**
   * The keys under a name (connection, role ARN, what shaped the session), while they are fresh: they
   * have more than 15 minutes and a jitter left, or `leftMs`. Otherwise `make` is called in one process of
   * all, others wait for it; when it fails and the old keys still work, those are given with a note.
   */
  get(
    name: KeyName,
    make: () => Promise<RoleKeys>,
    options?: { readonly leftMs?: number; readonly force?: boolean },
  ): Promise<RoleKeys>
  /** Every entry without its secrets. */
  list(): Promise<readonly CachedKeys[]>
  /** Forgets the keys of a connection (of those with this username alone), or all. Gives how many there were. */
  forget(connection?: string, of?: Pick<KeyName, 'username'>): Promise<number>
}

/** What shaped the keys. */
export interface KeyName {
  readonly connection: string
  /** Provider and address: the connection may have been another one under its name. */
  readonly source: string
  readonly username: string | undefined
  readonly roleArn: string
  readonly durationSeconds: number | undefined
  /** Of session policy and policy ARNs, when there are some. */
  readonly policyDigest: string | undefined
}

export interface CachedKeys extends KeyName {
  readonly accessKeyId: string
  readonly assumedRoleArn: string
  readonly expiration: string
}
