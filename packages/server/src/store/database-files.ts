/** The files of a database: its own, and those that SQLite keeps beside it in WAL mode. */
import { chmodSync, closeSync, existsSync, openSync, statSync } from 'node:fs'
import { StoreError } from './errors.ts'

/**
 * Makes the files readable by their owner only, and the database file when it is not there: SQLite
 * gives new files beside it the same mode. To be called before SQLite opens it.
 */
export function makePrivate(file: string): void {
  if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600))
  for (const name of [file, `${file}-wal`, `${file}-shm`]) {
    if (existsSync(name)) chmodSync(name, 0o600)
  }
}

/** A file as it was when it was opened: a name, and the device and inode behind it. */
export interface OpenedFile {
  readonly name: string
  readonly id: string | undefined
}

/** The files of a database that was just opened. */
export function openedFiles(file: string): readonly OpenedFile[] {
  return [file, `${file}-wal`].map(name => ({ name, id: idOf(name) }))
}

/**
 * Throws `store-replaced` when they are no longer the ones in the directory: SQLite would go on writing
 * to a file that was deleted or replaced, and nobody would find what it wrote.
 */
export function checkFiles(opened: readonly OpenedFile[]): void {
  for (const { name, id } of opened) {
    if (id !== undefined && idOf(name) !== id) {
      throw new StoreError('store-replaced', `${name} is not the file that was opened`)
    }
  }
}

function idOf(name: string): string | undefined {
  const stat = statSync(name, { bigint: true, throwIfNoEntry: false })
  return stat === undefined ? undefined : `${stat.dev}:${stat.ino}`
}
