import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { directoryWith, start } from './support/rolecall.ts'

const readme = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8')

test('the file of the README runs', async () => {
  const [, file = ''] = /```yaml\n(# gateway\.yaml.*?)```/s.exec(readme) ?? []
  expect(file).toContain('127.0.0.1:9911')
  const cwd = directoryWith({ 'gateway.yaml': file.replace(':9911 ', ':0 ') })
  const { child, says } = start(['gateway', '-c', 'gateway.yaml'], {
    cwd,
    env: {
      ...{ AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' },
      GATEWAY_SECRET_BUILD: 'a-secret',
    },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  await says('signing on http://127.0.0.1:')
})
