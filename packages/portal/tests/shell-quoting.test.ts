import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { quoteBash } from '../src/keys/quote.ts'

/** What bash makes of the words, each ended by a NUL. */
function readByBash(words: readonly string[]): string[] {
  const script = `printf '%s\\0' ${words.join(' ')}`
  const output = execFileSync('bash', ['--norc', '-c', script], { env: { LC_ALL: 'C.UTF-8' } })
  return output.toString('utf8').split('\0').slice(0, -1)
}

test('bash reads back every value, whatever is in it', () => {
  const value = fc.string({ unit: 'grapheme', maxLength: 30 })
  const nasty = fc.string({
    unit: fc.constantFrom(
      "'",
      '"',
      '\\',
      '$',
      '`',
      '(',
      '!',
      '\n',
      '\t',
      '\u001b',
      '\u009b',
      'a',
      '7',
      ' ',
    ),
    maxLength: 30,
  })
  const values = fc.array(fc.oneof(value, nasty), { minLength: 20, maxLength: 40 })
  fc.assert(
    fc.property(values, given => {
      const words = given.filter(text => !text.includes('\0'))
      if (words.length === 0) return
      expect(readByBash(words.map(quoteBash))).toEqual(words)
    }),
    { numRuns: 15 },
  )
})
