/** The key under which cached keys of roles lie on the disk: cheap to get, because every start needs it. */
import { hash, randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { stateFolder } from '../places.ts'
import { isMine, isPrivateFolder, makePrivate, readPrivate } from './private-file.ts'

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

/**
 * A random key in the folder of the user's session (XDG_RUNTIME_DIR, else `/run/user/UID`: in memory, gone
 * when the user logs out), else in the state folder. Undefined when there is none, or `make` was asked for and
 * it cannot be made.
 */
export function dataKey(env: Environment, { make = false } = {}): DataKey | undefined {
  const state = stateFolder(env)
  const run = runtimeFolder(env)
  const parent = run === undefined ? state : join(run, 'rolecall')
  const file = join(parent, 'cache-key')
  const key = readPrivate(file, keyLength) ?? (make ? makeKey(parent, file) : undefined)
  if (key?.length !== keyLength) return undefined
  const id = hash('sha256', Buffer.concat([Buffer.from('rolecall cache '), key])).slice(0, 16)
  return { key, file, folder: join(state, 'keys', id) }
}

function makeKey(folder: string, file: string): Buffer | undefined {
  if (!isPrivateFolder(folder, { make: true })) return undefined
  try {
    // One that others could read, or that is cut short, opens nothing that is worth keeping.
    if (isMine(file)) rmSync(file)
    makePrivate(file, randomBytes(keyLength))
    return readPrivate(file, keyLength)
  } catch {
    return undefined
  }
}

/** That of this user, and not one that `sudo` or `su` has left in the environment. */
function runtimeFolder(env: Environment): string | undefined {
  if (process.platform === 'win32' || process.platform === 'darwin') return undefined
  const folder = env.XDG_RUNTIME_DIR ?? `/run/user/${process.getuid?.() ?? ''}`
  return folder.startsWith('/') && isPrivateFolder(folder) ? folder : undefined
}
