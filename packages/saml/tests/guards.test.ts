import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const source = new URL('../src/', import.meta.url)
const files = globSync('**/*.ts', { cwd: source.pathname }).filter(
  name => !name.endsWith('.test.ts'),
)

// What verifies must not be able to fetch, read files, run code or look at the clock.
test('the library imports node:crypto and node:zlib and nothing else', () => {
  expect(files.length).toBeGreaterThan(20)
  for (const name of files) {
    const text = readFileSync(new URL(name, source), 'utf8')
    for (const [, specifier] of text.matchAll(/(?:from|import)\s*\(?'([^']+)'/g)) {
      expect(specifier, name).toMatch(/^(?:\.{1,2}\/.*\.ts|node:crypto|node:zlib)$/)
    }
    expect(text, name).not.toMatch(
      /Date\.now|new Date\(\)|performance\.|process\.|globalThis|eval\(/,
    )
  }
})
