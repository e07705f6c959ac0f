import { randomBytes } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/** How a file is replaced. */
export interface Replacement {
  /** Default: 0600. */
  readonly mode?: number
  /** Whose the new file shall be; kept where the process may give files away. */
  readonly owner?: { readonly uid: number; readonly gid: number }
  /**
   * The temporary file, in the same folder. Default: a name that nobody guesses. A fixed one is for those
   * who hold a lock: what a killed process left there is removed first.
   */
  readonly beside?: string
  /** Asked last of all; when it says no, the file stays as it is. */
  readonly stillWanted?: () => Promise<boolean>
}

/**
 * Puts a text in the place of a file, whole or not at all, also when the machine stops at any moment: a
 * temporary file is written, brought to the disk and renamed, and the folder brought to the disk. False
 * when it was no longer wanted. Throws the system's errors.
 */
export async function replaceFile(
  file: string,
  content: string | Uint8Array,
  { mode = 0o600, owner, beside, stillWanted }: Replacement = {},
): Promise<boolean> {
  const draft = beside ?? `${file}.${randomBytes(6).toString('hex')}`
  if (beside !== undefined) await rm(beside, { force: true })
  try {
    // `wx` follows no link that somebody else has put there; for its owner alone from the first byte on.
    const handle = await open(draft, 'wx', 0o600)
    try {
      await handle.writeFile(content)
      const mine = await handle.stat()
      if (owner !== undefined && (mine.uid !== owner.uid || mine.gid !== owner.gid)) {
        await handle.chown(owner.uid, owner.gid).catch(() => undefined)
      }
      await handle.chmod(mode)
      await handle.sync()
    } finally {
      await handle.close()
    }
    if (stillWanted !== undefined && !(await stillWanted())) {
      await rm(draft, { force: true })
      return false
    }
    await rename(draft, file)
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined)
    throw error
  }
  await syncFolder(dirname(file))
  return true
}

/** A rename is on the disk when its folder is. Some systems open no folders; theirs is the best they can. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined)
  try {
    await handle?.sync().catch(() => undefined)
  } finally {
    await handle?.close()
  }
}
