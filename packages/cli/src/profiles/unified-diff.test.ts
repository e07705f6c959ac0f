import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { directoryWith } from '../../tests/support/rolecall.ts'
import { diffLines, unifiedDiff } from './unified-diff.ts'

const line = fc.constantFrom('a\n', 'b\n', 'c\n', 'd\n', '\n', 'e\r\n')
const text = fc.array(line, { maxLength: 20 })

it('holds every line of both texts in their order', () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const all = diffLines(before, after)
      const side = (other: string) => all.filter(({ sign }) => sign !== other).map(one => one.text)
      expect([side('+'), side('-')]).toEqual([before, after])
    }),
  )
})

it('is what patch makes the new text of, also without a last line end', () => {
  const cases = fc.sample(fc.tuple(text, text, fc.boolean()), { numRuns: 12, seed: 7 })
  for (const [before, after, cut] of cases) {
    const [old, fresh] = [before, after].map(lines => lines.join('').slice(0, cut ? -1 : undefined))
    const folder = directoryWith({ f: old ?? '' })
    const diff = unifiedDiff(old ?? '', fresh ?? '', { before: 'f', after: 'f' })
    const patched = spawnSync('patch', ['--binary', '-E', '-s', 'f'], {
      cwd: folder,
      input: diff.map(one => `${one}\n`).join(''),
      encoding: 'utf8',
    })
    expect([patched.error, patched.status, patched.stdout]).toEqual([undefined, 0, ''])
    const now = fresh === '' && old !== '' ? '' : readFileSync(join(folder, 'f'), 'utf8')
    expect(now).toBe(fresh)
  }
})

it('is small where little changed among many lines', () => {
  const many = Array.from({ length: 20_000 }, (_, at) => `line ${at}\n`)
  const changed = many.with(10_000, 'other\n')
  const diff = unifiedDiff(many.join(''), changed.join(''), { before: 'f', after: 'f' })
  expect(diff).toHaveLength(2 + 1 + 3 + 2 + 3)
})
