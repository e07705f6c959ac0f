import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { openStore } from '@rolecall/server'
import { expect, onTestFinished, test } from 'vitest'
import { exitCodes } from '../src/exit-codes.ts'
import { inProcess } from './support/in-process.ts'
import { directoryWith } from './support/rolecall.ts'

test('a database that another program keeps locked is told as such', async () => {
  const cwd = directoryWith({
    'c.yaml': 'publicUrl: http://localhost:8080\nstore: { file: users.db }\n',
  })
  const file = join(cwd, 'users.db')
  await (await openStore(file)).close()
  const other = new DatabaseSync(file)
  onTestFinished(() => other.close())
  other.exec('begin immediate')
  const { code, err } = await inProcess(
    ['user', 'add', 'alice', '-c', join(cwd, 'c.yaml'), '--password-stdin'],
    'correct horse battery',
  )
  expect(code).toBe(exitCodes.store.code)
  expect(err).toContain('another process holds its lock')
}, 20_000)
