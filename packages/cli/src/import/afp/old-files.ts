/** Which files a CONFIG_PATH of the old program means, and what they say together. */
import { glob, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '../../failure.ts'
import { type OldMap, type OldValue, UnreadableOld } from '../old-value.ts'
import { readText } from '../read-text.ts'
import { mergeOld } from './merge.ts'
import { type Note, readOldYaml } from './read-old-yaml.ts'

const maxFiles = 1000

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
    if (files.length > maxFiles) {
      throw new Failure('refused', `${path} holds more than ${maxFiles} files`, 'name one part')
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

/** As Python sorts names. */
function byCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
