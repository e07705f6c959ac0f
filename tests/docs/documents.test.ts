import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { documents } from '../../scripts/documents.ts'

const root = join(import.meta.dirname, '..', '..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

describe('the generated documents', () => {
  it.each(documents())('$path is what the code says (npm run docs)', ({ path, text }) => {
    expect(read(path)).toBe(text)
  })
})

const written = [
  ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'],
  ...readdirSync(join(root, 'docs'))
    .filter(name => name.endsWith('.md'))
    .map(name => `docs/${name}`),
  ...readdirSync(join(root, 'packages'))
    .map(name => `packages/${name}/README.md`)
    .filter(path => existsSync(join(root, path))),
]

describe('the written documents', () => {
  it.each(written)('%s links only to what is there', path => {
    const links = [...read(path).matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g)].map(
      ([, link = '']) => link,
    )
    const missing = links.filter(link => !existsSync(join(root, dirname(path), link)))
    expect(missing).toEqual([])
  })

  it.each(written)('%s names only npm scripts that are there', path => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    const named = [...read(path).matchAll(/npm (?:run )?(start|test|[a-z]+(?::[a-z0-9]+)?)\b/g)]
      .filter(
        ([whole, name = '']) => whole.startsWith('npm run ') || ['start', 'test'].includes(name),
      )
      .map(([, name = '']) => name)
    expect(named.filter(name => !Object.hasOwn(scripts, name))).toEqual([])
  })
})
