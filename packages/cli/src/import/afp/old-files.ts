/** Which files a CONFIG_PATH of the old program means, and what they say together. */
import { glob, open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '../../failure.ts'
import { type OldMap, type OldValue, UnreadableOld } from '../old-value.ts'
import { mergeOld } from './merge.ts'
import { type Note, readOldYaml } from './read-old-yaml.ts'

const limits = { files: 1000, bytes: 4 * 1_048_576 }

/** A file, the `*.yaml` of a directory, or what a pattern matches; sorted by name. */
export async function oldFiles(path: string): Promise<readonly string[]> {
  const found = await stat(path).catch(() => undefined)
  if (found?.isFile() === true) return [path]
  const pattern = found?.isDirectory() === true ? '*.yaml' : path
  const options = found?.isDirectory() === true ? { cwd: path } : {}
  const files: string[] = []
  for await (const name of glob(pattern, options)) {
    // As Python's glob: a name with a leading dot is hidden.
    if (/(^|\/)\.[^/.]/.test(name)) continue
    files.push(found?.isDirectory() === true ? join(path, name) : name)
    if (files.length > limits.files) {
      throw new Failure('refused', `${path} holds more than ${limits.files} files`, 'name one part')
    }
  }
  return files.sort(byCodePoint)
}

/** The files merged in their order; undefined when there are none or all are empty. */
export async function readOldFiles(
  files: readonly string[],
  note: Note,
): Promise<OldMap | undefined> {
  let whole: OldValue | undefined
  for (const file of files) {
    const value = readOldYaml(await readText(file), file, note)
    if (value === undefined || value.kind === 'nothing') continue
    whole = whole === undefined ? value : mergeOld(whole, value, note)
  }
  if (whole === undefined || whole.kind === 'map') return whole
  throw new UnreadableOld(whole, 'the file holds no map', 'the old program could not use it')
}

/** The text of an old file: UTF-8, at most 4 MiB. */
export async function readText(file: string): Promise<string> {
  try {
    const handle = await open(file)
    try {
      const buffer = Buffer.alloc(limits.bytes + 1)
      let length = 0
      for (;;) {
        const { bytesRead } = await handle.read(buffer, length, buffer.length - length)
        if (bytesRead === 0) break
        length += bytesRead
        if (length > limits.bytes) throw new Failure('refused', `${file} is larger than 4 MiB`)
      }
      return new TextDecoder('utf-8', { fatal: true }).decode(buffer.subarray(0, length))
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (error instanceof Failure) throw error
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    const reason = code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? 'it is not UTF-8 text' : code
    throw new Failure('refused', `${file} cannot be read: ${reason}`, 'check its path and mode')
  }
}

/** As Python sorts names. */
function byCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
