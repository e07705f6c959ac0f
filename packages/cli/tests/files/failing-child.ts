/** `failing-child.ts FILE CODE`: edits the file again and again, each time another call fails with the code. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { editIniFile } from '../../src/files/edit-ini-file.ts'
import { setKeys } from '../../src/files/ini-edit.ts'
import { plainSection } from '../../src/files/ini-names.ts'
import { callCount, setFault } from './faults.ts'

const [file = '', code = ''] = process.argv.slice(2)
const old = readFileSync(file, 'utf8')
const results: unknown[] = []

for (let number = 1, made = number; number <= made; number += 1) {
  writeFileSync(file, old)
  setFault({ number, code })
  const failed = await editIniFile(file, text => setKeys(text, plainSection('new'), { k: 'v' }), {
    waitMs: 50,
  }).then(
    () => undefined,
    (error: Error & { reason?: string }) => ({ reason: error.reason, message: error.message }),
  )
  made = failed === undefined ? callCount() : number + 1
  setFault(undefined)
  const left = readdirSync(dirname(file))
  const next = await editIniFile(file, text =>
    setKeys(text, plainSection('next'), { k: 'v' }),
  ).then(
    () => readFileSync(file, 'utf8'),
    (error: Error) => error.message,
  )
  results.push({ number, failed, left, next, leftAtEnd: readdirSync(dirname(file)) })
}
console.log(JSON.stringify(results))
