/** What a source of people is to the sign-in step: the contract that each kind keeps. */

/** Somebody whose password a source has just checked. */
export interface VerifiedPerson {
  /** As the source has it, which may be another spelling than the one typed. */
  readonly username: string
  readonly displayName: string | undefined
  readonly email: string | undefined
  readonly groups: readonly string[]
  readonly attributes: Readonly<Record<string, readonly string[]>>
  /** In the words of RFC 8176. */
  readonly amr: readonly string[]
  /** On what this sign-in rests: once the source has another one for this person, it counts no more. */
  readonly basis: string
}

/** A username and password as somebody typed them. */
export interface TypedCredentials {
  readonly username: string
  readonly password: string
}

/** A source that checks passwords. */
export interface PasswordSource {
  readonly id: string
  /** The basis of all its sessions; undefined when each person has one, looked at when it is used. */
  readonly basis: string | undefined
  /**
   * Throws a `SignInRefusal`; for a wrong name and a wrong password it is the same one, after about
   * the same time.
   */
  verify(credentials: TypedCredentials): Promise<VerifiedPerson>
  /**
   * Whether the name is one of its own: then no other source is asked, so that a password that is kept
   * here is sent nowhere else; and where others may know the name, this one is not. Absent: it cannot tell.
   */
  owns?(username: string): Promise<boolean>
  /**
   * The groups that somebody has now who signed in earlier; undefined once that sign-in no longer
   * counts. Rejects while neither can be known: then the session does not count, but lasts.
   */
  groupsNow(
    person: Pick<VerifiedPerson, 'username' | 'basis'>,
  ): Promise<readonly string[] | undefined>
}

/** A source that knows which groups a username is in. */
export interface GroupSource {
  readonly id: string
  /** Empty for nobody it knows. Throws a `SignInRefusal` `groups-unavailable` when it cannot tell. */
  groupsOf(username: string): Promise<readonly string[]>
}
