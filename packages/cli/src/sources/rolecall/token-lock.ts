import type { Connection } from '../../connections/connection.ts'
import type { SignInParts } from '../../providers/provider.ts'

/** Runs one of the commands of the user at a time that change the tokens of a connection. */
export function tokenLock(
  connection: Pick<Connection, 'name'>,
  { lock }: Pick<SignInParts, 'lock'>,
): <T>(work: () => Promise<T>) => Promise<T> {
  const name = `oauth-${Buffer.from(connection.name).toString('base64url')}`
  return work => (lock === undefined ? work() : lock(name, work))
}
