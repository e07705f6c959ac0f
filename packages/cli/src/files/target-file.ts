import { constants, type Stats } from 'node:fs'
import { lstat, mkdir, open, realpath } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { shellWord } from '@rolecall/aws/shared-files'
import { Failure } from '../failure.ts'

/** The file that a path leads to. */
export interface TargetFile {
  /** Without links. */
  readonly path: string
  /** As the user named it, for messages. */
  readonly named: string
}

/** What a file holds, and by what a change of it is seen. */
export interface FileContent {
  readonly bytes: Buffer
  readonly mode: number
  readonly owner: { readonly uid: number; readonly gid: number }
  /** Differs after every change. */
  readonly state: string
  /** Changed within the last 50 ms. */
  readonly isFresh: boolean
}

const maxBytes = 4 * 1024 * 1024

/**
 * Follows the links of a path. Throws {@link Failure} `file` for one that leads nowhere, in a circle, to a
 * folder or to a file of somebody else, and for what is no file. `makeFolder`: a missing one is made.
 */
export async function targetFile(
  named: string,
  makeFolder: boolean,
  user: number | undefined = process.getuid?.(),
): Promise<TargetFile> {
  const above = dirname(resolve(named))
  const folder = await realpath(above).catch(async (error: unknown) => {
    if (codeOf(error) === 'ENOENT') return makeFolder ? newFolder(above) : above
    throw cannot(named, 'be reached', error)
  })
  const here = join(folder, basename(named))
  const stat = await statOf(lstat(here), named)
  if (stat?.isSymbolicLink() !== true) {
    if (stat !== undefined) checkKind(stat, named)
    return Object.freeze({ path: here, named })
  }
  const path = await realpath(here).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') throw badLink(named, 'leads to a file that is not there')
    if (codeOf(error) === 'ELOOP') throw badLink(named, 'leads in a circle')
    throw cannot(named, 'be followed', error)
  })
  const target = await statOf(lstat(path), named)
  if (target === undefined) throw badLink(named, 'leads to a file that is not there')
  if (target.isDirectory()) throw badLink(named, `leads to the folder ${path}`)
  checkKind(target, named)
  if (user !== undefined && target.uid !== user) {
    throw badLink(named, `leads to ${path}, which belongs to another user (${target.uid})`)
  }
  return Object.freeze({ path, named })
}

/** The content of a file; undefined when there is none. Throws {@link Failure} `file`. */
export async function readTarget({ path, named }: TargetFile): Promise<FileContent | undefined> {
  try {
    // Opening a pipe would wait for its writer; a link that came here meanwhile is not followed.
    const flags = constants.O_RDONLY | constants.O_NONBLOCK | (constants.O_NOFOLLOW ?? 0)
    const handle = await open(path, flags)
    try {
      const stat = await handle.stat()
      checkKind(stat, named)
      if (stat.size > maxBytes) throw tooLarge(named)
      const bytes = await handle.readFile()
      if (bytes.length > maxBytes) throw tooLarge(named)
      const { uid, gid } = stat
      const isFresh = Math.abs(Date.now() - stat.mtimeMs) < 50
      const state = stateOf(stat)
      return { bytes, mode: stat.mode & 0o777, owner: { uid, gid }, state, isFresh }
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error instanceof Failure ? error : cannot(named, 'be read', error)
  }
}

/** The state of a file as `readTarget` tells it; undefined when there is none. */
export async function stateNow({ path, named }: TargetFile): Promise<string | undefined> {
  const stat = await statOf(lstat(path), named)
  return stat && stateOf(stat)
}

/** A `Failure` `file` that says what the system said and what may help. */
export function cannot(file: string, what: string, error: unknown): Failure {
  const code = codeOf(error) ?? 'unknown error'
  const hints: Readonly<Record<string, string>> = {
    EACCES: `look at it: ls -ld ${shellWord(dirname(file))} ${shellWord(file)}`,
    EPERM: `look at it: ls -ld ${shellWord(dirname(file))} ${shellWord(file)}`,
    EROFS: 'the file system is mounted read-only; name another file',
    ENOSPC: `the disk is full, and the file is as it was; free some space: df ${shellWord(dirname(file))}`,
    EDQUOT: 'your quota on this disk is used up, and the file is as it was',
    ENOTDIR: 'a part of the path is a file and no folder',
  }
  return new Failure('file', `${file} cannot ${what} (${code})`, hints[code])
}

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}

async function newFolder(folder: string): Promise<string> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    return await realpath(folder)
  } catch (error) {
    throw cannot(folder, 'be made', error)
  }
}

async function statOf(asked: Promise<Stats>, named: string): Promise<Stats | undefined> {
  try {
    return await asked
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw cannot(named, 'be reached', error)
  }
}

function checkKind(stat: Stats, named: string): void {
  if (stat.isFile()) return
  const what = stat.isDirectory() ? 'a folder' : stat.isFIFO() ? 'a pipe' : 'no file'
  throw new Failure('file', `${named} is ${what}`, 'name a file')
}

function stateOf(stat: Stats): string {
  const { dev, ino, size, mtimeMs, ctimeMs, mode, uid } = stat
  return [dev, ino, size, mtimeMs, ctimeMs, mode, uid].join(' ')
}

function badLink(named: string, why: string): Failure {
  return new Failure(
    'file',
    `${named} is a link that ${why}`,
    `look at it: ls -l ${shellWord(named)}`,
  )
}

function tooLarge(named: string): Failure {
  return new Failure('file', `${named} is larger than ${maxBytes} bytes`, 'name another file')
}
