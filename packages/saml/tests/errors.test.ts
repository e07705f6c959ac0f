import { readdirSync, readFileSync } from 'node:fs'
import { samlErrors } from '@rolecall/saml'
import { expect, test } from 'vitest'

const source = new URL('../src/', import.meta.url)
const code = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.ts') && !name.endsWith('.test.ts') && name !== 'errors.ts')
  .map(name => readFileSync(new URL(name, source), 'utf8'))
  .join('\n')

test.each(Object.entries(samlErrors))('%s is explained, and thrown somewhere', (name, texts) => {
  expect(name).toMatch(/^[a-z0-9-]+\.[a-z0-9-]+$/)
  expect(texts.meaning).toMatch(/^[A-Z].*\.$/s)
  expect(texts.remedy).toMatch(/^[A-Z].*\.$/s)
  expect(code).toContain(`'${name}'`)
})
