/** The key under which cached keys of roles lie on the disk: cheap to get, because every start needs it. */
import { join } from 'node:path'
import { stateFolder } from '../places.ts'
import { isPrivateFolder, readPrivate } from './private-file.ts'

type Environment = Readonly<Record<string, string | undefined>>

export interface DataKey {
  /** 32 bytes. */
  readonly key: Buffer
  /** Where it lies, for people. */
  readonly file: string
  /** Where the entries lie that it opens: those of another key are in a folder of their own. */
  readonly folder: string
}

const keyLength = 32
/** Behind the key a number by which its entries are told from those of others. */
export const keyFileLength = keyLength + 8

/** A random key, see {@link keyFile}; undefined when there is none. */
export function dataKey(env: Environment): DataKey | undefined {
  const file = keyFile(env)
  const bytes = readPrivate(file, keyFileLength)
  if (bytes?.length !== keyFileLength) return undefined
  const id = bytes.toString('hex', keyLength)
  return { key: bytes.subarray(0, keyLength), file, folder: join(stateFolder(env), 'keys', id) }
}

/**
 * In the folder of the user's session (XDG_RUNTIME_DIR, else `/run/user/UID`: in memory, gone when the user logs
 * out), else in the state folder.
 */
export function keyFile(env: Environment): string {
  const run = runtimeFolder(env)
  return join(run === undefined ? stateFolder(env) : join(run, 'rolecall'), 'cache-key')
}

/** That of this user, and not one that `sudo` or `su` has left in the environment. */
function runtimeFolder(env: Environment): string | undefined {
  if (process.platform === 'win32' || process.platform === 'darwin') return undefined
  const folder = env.XDG_RUNTIME_DIR ?? `/run/user/${process.getuid?.() ?? ''}`
  return folder.startsWith('/') && isPrivateFolder(folder) ? folder : undefined
}
