import { replaceSection } from '../../connections/edit-section.ts'
import type { ConnectionFile } from '../../connections/read-files.ts'
import { editIniFile } from '../../files/edit-ini-file.ts'

/** Whether a section of that name stays as it is. */
export function isTaken(ours: ConnectionFile, name: string, force: boolean): boolean {
  return !force && ours.ini.sections.has(name)
}

/** Writes the sections into our file, each in the place of one of that name. Throws `Failure`; then none is written. */
export async function writeSections(
  path: string,
  sections: ReadonlyMap<string, ReadonlyMap<string, string>>,
): Promise<void> {
  await editIniFile(path, before => {
    let text = before
    for (const [name, values] of sections) text = replaceSection(text, name, values, path)
    return text
  })
}
