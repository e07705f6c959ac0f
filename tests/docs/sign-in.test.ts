import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig, signInRefusals } from '@rolecall/server'
import { expect, it, onTestFinished } from 'vitest'

const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'sign-in.md'), 'utf8')
const examples = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => text)

it('has four examples', () => {
  expect(examples).toHaveLength(4)
})

it.each(examples)('an example of docs/sign-in.md loads without a word', async text => {
  const folder = mkdtempSync(join(tmpdir(), 'rolecall-sign-in-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [key, certificate] of [
    ['gateway.key', 'gateway.crt'],
    ['ca.key', 'proxy-ca.pem'],
  ] as const) {
    const request = ['req', '-x509', '-nodes', '-newkey', 'rsa:2048', '-subj', '/CN=x']
    const files = ['-keyout', join(folder, key), '-out', join(folder, certificate)]
    execFileSync('openssl', [...request, ...files], { stdio: 'ignore' })
  }
  writeFileSync(join(folder, 'rolecall.yaml'), text)
  const keys = { AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'x' }
  const env = { PROXY_SECRET: 'a-secret-of-32-characters-or-so!', ...keys }
  const loaded = await loadConfig(join(folder, 'rolecall.yaml'), { env })
  expect(loaded.ok ? loaded.warnings : loaded.problems).toEqual([])
})

it('names codes that there are', () => {
  const section = page.slice(page.indexOf('## When it does not work'))
  const codes = [...section.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, code]) => code)
  expect(codes.length).toBeGreaterThan(3)
  for (const code of codes) expect(Object.keys(signInRefusals)).toContain(code)
})
