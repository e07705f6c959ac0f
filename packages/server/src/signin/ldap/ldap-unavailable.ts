/** A directory server that cannot be reached, or does not answer as it should; another one may. */
export class LdapUnavailable extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'LdapUnavailable'
  }
}

/** What went wrong in words for an administrator: the system's own, and no data of the directory. */
export function asUnavailable(what: string, cause: unknown): LdapUnavailable {
  if (cause instanceof LdapUnavailable)
    return new LdapUnavailable(`${what}: ${cause.message}`, cause)
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  if (typeof code === 'number' && cause instanceof Error) {
    // `NoSuchObjectError`: the library's name for the code.
    const name = cause.constructor.name
    return new LdapUnavailable(`${what}: LDAP result ${code} (${name})`, cause)
  }
  const why = code ?? (cause instanceof Error ? cause.message.split('\n', 1)[0] : 'no reason')
  return new LdapUnavailable(`${what}: ${String(why)}`, cause)
}
