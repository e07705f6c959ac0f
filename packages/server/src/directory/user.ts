/** A person who signs in with a password kept here. */
export interface User {
  readonly id: string
  /** Byte for byte as it was given; signing in needs exactly this. */
  readonly username: string
  readonly displayName: string
  readonly email: string | undefined
  readonly groups: readonly string[]
  readonly createdAt: Date
  /** Another one after each change of the password, which it does not tell. */
  readonly credential: string
  /** Set when the user may not sign in. */
  readonly disabledAt: Date | undefined
}

/** A user to add, unchecked. */
export interface NewUser {
  readonly username: string
  /** Default: the username. */
  readonly displayName?: string | undefined
  readonly email?: string | undefined
  readonly groups: readonly string[]
  readonly password: string
}
