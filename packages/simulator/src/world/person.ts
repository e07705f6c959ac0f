/** Somebody who can sign in at the company IdP. */
export interface Person {
  readonly username: string
  readonly password: string
  readonly displayName: string
  readonly email: string | undefined
  readonly groups: readonly string[]
}

/** A device that makes one-time passwords. */
export interface MfaDevice {
  readonly serial: string
  readonly seed: Uint8Array
}
