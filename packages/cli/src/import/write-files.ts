import { lstat, rename, rm, writeFile } from 'node:fs/promises'
import { Failure } from '../failure.ts'

/** A file to write, with its whole path. */
export interface FileToWrite {
  readonly path: string
  readonly text: string
  readonly isSecret: boolean
}

/**
 * Writes all of them or, when one is there already and `force` is not given, none. Secrets are for their owner alone
 * from the first byte on.
 */
export async function writeFiles(files: readonly FileToWrite[], force: boolean): Promise<void> {
  const paths = files.map(file => file.path)
  const twice = paths.find((path, index) => paths.indexOf(path) !== index)
  if (twice !== undefined) {
    throw new Failure(
      'usage',
      `${twice} would be written twice`,
      'choose another --out or --report',
    )
  }
  for (const path of force ? [] : paths) {
    const there = await lstat(path).catch(() => undefined)
    if (there === undefined) continue
    throw new Failure(
      'refused',
      `${path} is there already`,
      '--force replaces it; nothing was written',
    )
  }
  for (const { path, text, isSecret } of files) {
    const mode = isSecret ? 0o600 : 0o644
    const target = force ? `${path}.${process.pid}.new` : path
    try {
      // `wx` follows no link that somebody else has put there.
      await writeFile(target, text, { flag: 'wx', mode })
      if (force) await rename(target, path)
    } catch (error) {
      if (force) await rm(target, { force: true })
      const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
      throw new Failure('refused', `${path} cannot be written: ${reason}`, 'check the directory')
    }
  }
}
