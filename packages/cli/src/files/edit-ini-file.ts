import { setTimeout as sleep } from 'node:timers/promises'
import { replaceFile } from '@rolecall/aws/shared-files'
import { Failure } from '../failure.ts'
import { type LockOptions, withFileLock } from './file-lock.ts'
import {
  cannot,
  codeOf,
  type FileContent,
  readTarget,
  stateNow,
  type TargetFile,
  targetFile,
} from './target-file.ts'
import { bytesOfText, textOfBytes } from './text-of-bytes.ts'

/** How a file is edited. */
export interface EditOptions extends LockOptions {
  /** Whether it is for its owner alone, such as `~/.aws/credentials`: others lose their rights. */
  readonly secret?: boolean
}

/** What was there before, and what is there now. */
export interface Edited {
  readonly changed: boolean
  readonly before: string
  readonly after: string
}

/** Others may write without taking our lock. */
const maxTries = 20

/**
 * Edits a text file such as `~/.aws/config`: reads it, asks for the new text (`setKeys`, `replaceBlock` …
 * make one), and puts that in its place, whole or not at all. Under a lock, so that of many who edit at the
 * same time none loses what it wrote; when a program that takes no lock writes meanwhile, `edit` is asked
 * again with the new text. A missing file has the text '' and is made with its folder, mode 0600; an old one
 * keeps its mode, owner and the links that lead to it. Bytes that are no UTF-8 pass through.
 *
 * Throws `Failure` `file` when the file cannot be read or written, and what `edit` throws; the file is then
 * as it was.
 */
export async function editIniFile(
  path: string,
  edit: (text: string) => string,
  options: EditOptions = {},
): Promise<Edited> {
  const target = await targetFile(path, true)
  try {
    return await withFileLock(target.path, () => editLocked(target, edit, options), options)
  } catch (error) {
    throw error instanceof Error && codeOf(error) !== undefined && !(error instanceof Failure)
      ? cannot(path, 'be written', error)
      : error
  }
}

/** The text of a file as `editIniFile` would give it to `edit`; '' when there is none. */
export async function readIniText(path: string): Promise<string> {
  const content = await readTarget(await targetFile(path, false))
  return content === undefined ? '' : textOfBytes(content.bytes)
}

async function editLocked(
  target: TargetFile,
  edit: (text: string) => string,
  { secret = false }: EditOptions,
): Promise<Edited> {
  for (let tries = 0; tries < maxTries; tries += 1) {
    const old = await readSettled(target)
    const before = old === undefined ? '' : textOfBytes(old.bytes)
    if (before.includes('\0')) throw noText(target)
    const after = edit(before)
    const mode = modeOf(old, secret)
    if (after === before && (old === undefined || old.mode === mode)) {
      return { changed: false, before, after }
    }
    if (old !== undefined && (old.mode & 0o200) === 0) throw readOnly(target, old)
    const isReplaced = await replaceFile(target.path, bytesOfText(after), {
      mode,
      ...(old && { owner: old.owner }),
      beside: `${target.path}.rolecall-new`,
      stillWanted: async () => (await stateNow(target)) === old?.state,
    })
    if (isReplaced) return { changed: after !== before, before, after }
  }
  throw new Failure(
    'file',
    `${target.named} changes again and again while it is edited`,
    'end the program that writes to it, and try again',
  )
}

/** Programs that write in place empty the file first: an empty one of this moment is looked at again. */
async function readSettled(target: TargetFile): Promise<FileContent | undefined> {
  for (let tries = 0; ; tries += 1) {
    const content = await readTarget(target)
    if (content?.bytes.length !== 0 || tries > 3 || !content.isFresh) return content
    await sleep(20)
  }
}

function modeOf(old: FileContent | undefined, secret: boolean): number {
  if (old === undefined) return 0o600
  return secret ? old.mode & 0o600 : old.mode
}

function noText({ named }: TargetFile): Failure {
  return new Failure('file', `${named} has NUL bytes: it is UTF-16, or no text`, 'save it as UTF-8')
}

function readOnly({ path, named }: TargetFile, { mode }: FileContent): Failure {
  return new Failure(
    'file',
    `${named} is read-only (mode ${mode.toString(8)})`,
    `to let rolecall write to it: chmod u+w ${path}`,
  )
}
