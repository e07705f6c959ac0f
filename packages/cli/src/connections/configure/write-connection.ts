/** A connection into a file: what is set changes, every other byte stays. */

import { Failure } from '../../failure.ts'
import { type Edited, editIniFile } from '../../files/edit-ini-file.ts'
import { buildConnection, readAccountNames } from '../build-connection.ts'
import type { Connection } from '../connection.ts'
import { type Changes, setSection } from '../edit-section.ts'
import { readIni, topSection } from '../ini.ts'
import { accountsSection, type ConnectionFile } from '../read-files.ts'
import { settings } from '../settings.ts'

/**
 * Writes a section, made when it is not there. What it would become is checked before: a connection that
 * cannot be used is not written. Throws `Failure`.
 */
export async function writeConnection(
  { path, kind }: Pick<ConnectionFile, 'path' | 'kind'>,
  name: string,
  changes: Changes,
): Promise<{ readonly connection: Connection; readonly edited: Edited }> {
  checkName(name)
  const ordered = new Map(inOrder(changes))
  let connection: Connection | undefined
  const edited = await editIniFile(path, text => {
    const after = setSection(text, name, ordered, path)
    const file: ConnectionFile = { path, kind, ini: readIni(after, path), exists: true }
    const place = { file, section: name }
    const accountNames = readAccountNames([file])
    connection = buildConnection({ name, flags: {}, env: {}, place, accountNames })
    return after
  })
  if (connection === undefined) throw new Failure('file', `${path} was not written`)
  return { connection, edited }
}

/** As the table of settings has them, whatever the order in which they were found. */
function inOrder(changes: Changes): [string, string | undefined][] {
  const order = settings.map(({ key }): string | undefined => key)
  return [...changes].sort(([a], [b]) => order.indexOf(a) - order.indexOf(b))
}

/** Names of sections that mean something else, and names that would be read as another. Throws `Failure` `usage`. */
export function checkName(name: string): void {
  const isTaken = name === accountsSection || name === topSection
  // `:` parts the names of what the vault keeps.
  if (!isTaken && /^[\p{L}\p{N}_.@/+ -]{1,64}$/u.test(name) && name.trim() === name) return
  throw new Failure(
    'usage',
    isTaken
      ? `${name} is no name for a connection: it is a section of its own`
      : `"${name}" is no name for a connection`,
    'choose one of letters, digits and - _ . @ / such as -a work',
  )
}
