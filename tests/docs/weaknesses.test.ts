/** docs/weaknesses.md names a test for each weakness: the tests are there, and so are all rows. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '..', '..')
const page = readFileSync(join(root, 'docs', 'weaknesses.md'), 'utf8')
const rows = [...page.matchAll(/^\| (\d+) [a-z ]+ \| (\w+) \| .+? \| (`.+`) \|$/gm)]

/** What each was weak in; AFP had requests apart (6), and AWScons and the adapter no metadata service or patterns. */
const weak = {
  AFP: [1, 2, 3, 4, 5, 7, 8, 9, 10, 11],
  AWScons: [1, 2, 3, 4, 5, 6, 7, 8, 9, 11],
  Itential: [1, 2, 3, 4, 5, 6, 7, 9, 10, 11],
}

it.each(Object.entries(weak))('%s has a test for each of its rows', (name, numbers) => {
  const found = rows.filter(([, , of]) => of === name).map(([, number]) => Number(number))
  expect([...new Set(found)]).toEqual(numbers)
})

it('every line of the table is read', () => {
  expect(rows).toHaveLength(page.split('\n').filter(line => /^\| \d/.test(line)).length)
})

it.each(rows.map(([, number, of, cell = '']) => [`${number} ${of}`, cell] as const))(
  '%s: the tests are there and run',
  (_row, cell) => {
    for (const part of cell.split('; `').map((text, index) => (index === 0 ? text : `\`${text}`))) {
      const [, file = '', list = ''] = /^`([^`]+\.test\.ts)`: (.+)$/.exec(part) ?? []
      const source = readFileSync(join(root, 'packages', file), 'utf8')
      const titles = [...list.matchAll(/`([^`]+)`/g)].map(([, title = '']) => title)
      expect(titles).not.toEqual([])
      for (const title of titles) {
        const at = source.indexOf(`'${title}'`)
        expect(at, `${file}: ${title}`).toBeGreaterThan(-1)
        // The title of something that runs: a test or a group, of its own or for each of a list.
        expect(source.slice(0, at)).toMatch(/(?:\b(?:test|it|describe)|\))\(\s*$/)
      }
    }
  },
)
