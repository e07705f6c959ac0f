/** Files that are the user's alone, read and made without a promise: the fastest start waits for them. */
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs'

/** Windows keeps others out of a user's folders by itself, and has no such numbers. */
const uid = process.getuid?.()

/**
 * The bytes of a file of at most `most`; undefined when there is none that may be trusted: it is absent, a
 * link, no file, too long, somebody else's, or others may read or change it.
 */
export function readPrivate(file: string, most: number): Buffer | undefined {
  let handle: number | undefined
  try {
    handle = openSync(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0))
    const { size, mode, uid: owner } = fstatSync(handle)
    const isFile = (mode & constants.S_IFMT) === constants.S_IFREG
    if (!isFile || size > most) return undefined
    if (uid !== undefined && (owner !== uid || (mode & 0o077) !== 0)) return undefined
    const bytes = Buffer.allocUnsafe(size)
    return bytes.subarray(0, readSync(handle, bytes, 0, size, 0))
  } catch {
    return undefined
  } finally {
    if (handle !== undefined) closeSync(handle)
  }
}

/** Whether the folder is there (made with mode 0700 when asked) and nobody else's. */
export function isPrivateFolder(folder: string, { make = false } = {}): boolean {
  try {
    if (make) mkdirSync(folder, { recursive: true, mode: 0o700 })
    const found = lstatSync(folder)
    if (!found.isDirectory()) return false
    return uid === undefined || (found.uid === uid && (found.mode & 0o022) === 0)
  } catch {
    return false
  }
}

/** Whether there is such a file of this user's, whatever it holds. */
export function isMine(file: string): boolean {
  const found = lstatSync(file, { throwIfNoEntry: false })
  return found?.isFile() === true && (uid === undefined || found.uid === uid)
}

/**
 * Makes a file whose content nobody has chosen yet, whole or not at all. When another process was faster, that
 * one's stands. Throws the system's errors.
 */
export function makePrivate(file: string, content: Uint8Array): void {
  const draft = `${file}.${process.pid}.${performance.now()}`
  try {
    const handle = openSync(draft, 'wx', 0o600)
    try {
      // A umask may take away more than it should; nobody may add to it.
      fchmodSync(handle, 0o600)
      writeSync(handle, content)
    } finally {
      closeSync(handle)
    }
    linkSync(draft, file)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  } finally {
    rmSync(draft, { force: true })
  }
}
