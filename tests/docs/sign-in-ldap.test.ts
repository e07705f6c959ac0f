import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig } from '@rolecall/server'
import { expect, it, onTestFinished } from 'vitest'

const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'sign-in-ldap.md'), 'utf8')
const examples = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => text)

it('has two examples', () => {
  expect(examples).toHaveLength(2)
})

it.each(examples)('an example of docs/sign-in-ldap.md loads without a word', async text => {
  const folder = mkdtempSync(join(tmpdir(), 'rolecall-ldap-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const key = ['req', '-x509', '-nodes', '-newkey', 'rsa:2048', '-subj', '/CN=ca', '-keyout']
  execFileSync('openssl', [...key, join(folder, 'ca.key'), '-out', join(folder, 'corp-ca.pem')], {
    stdio: 'ignore',
  })
  writeFileSync(join(folder, 'rolecall.yaml'), text)
  const env = { LDAP_PASSWORD: 'x', AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'x' }
  const loaded = await loadConfig(join(folder, 'rolecall.yaml'), { env })
  expect(loaded.ok ? loaded.warnings : loaded.problems).toEqual([])
})
