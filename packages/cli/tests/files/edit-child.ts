/**
 * A program that edits a file, for tests that stop it or let it run beside others.
 * `edit-child.ts FILE COUNT NAME`: sets a key in COUNT sections at once. With USER_ID set it is that user.
 */

import { Failure } from '../../src/failure.ts'
import { editIniFile } from '../../src/files/edit-ini-file.ts'
import { setKeys } from '../../src/files/ini-edit.ts'
import { plainSection } from '../../src/files/ini-names.ts'

const [file = '', count = '1', name = 'new'] = process.argv.slice(2)
if (process.env.USER_ID !== undefined) process.setuid?.(Number(process.env.USER_ID))

const edit = (at: number) =>
  editIniFile(file, text => setKeys(text, plainSection(`${name}-${at}`), { key: 'value' }))
try {
  await Promise.all(Array.from({ length: Number(count) }, (_, at) => edit(at)))
} catch (error) {
  if (!(error instanceof Failure)) throw error
  console.log(JSON.stringify({ reason: error.reason, message: error.message, hint: error.hint }))
  process.exitCode = error.exitCode
}
