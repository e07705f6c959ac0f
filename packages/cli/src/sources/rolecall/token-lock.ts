import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Connection } from '../../connections/connection.ts'
import { withFileLock } from '../../files/file-lock.ts'
import { stateFolder } from '../../places.ts'
import type { SignInParts } from '../../providers/provider.ts'

/** As long as a person may take to sign in, and a little more. */
const waitMs = 6 * 60_000

/** Runs one of the commands of the user at a time that change the tokens of a connection. */
export function tokenLock(
  connection: Pick<Connection, 'name'>,
  parts: Pick<SignInParts, 'lock' | 'terminal'>,
): <T>(work: () => Promise<T>) => Promise<T> {
  return async work => {
    const name = `oauth-${Buffer.from(connection.name).toString('base64url')}`
    if (parts.lock !== undefined) return await parts.lock(name, work)
    const folder = stateFolder(parts.terminal?.env ?? process.env)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    return await withFileLock(join(folder, name), work, { waitMs })
  }
}
