import fc from 'fast-check'
import { expect, test } from 'vitest'
import { matchesArn, matchesWildcard } from './wildcard.ts'

const symbols = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?', ':', '.') })

test('agrees with the same pattern as a regular expression', () => {
  fc.assert(
    fc.property(symbols, symbols, (pattern, text) => {
      const source = pattern.replace(/[.:]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.')
      expect(matchesWildcard(pattern, text)).toBe(new RegExp(`^(?:${source})$`, 's').test(text))
    }),
  )
})

test('many stars do not take exponential time', () => {
  const started = performance.now()
  expect(matchesWildcard('*a'.repeat(100), `${'a'.repeat(2000)}b`)).toBe(false)
  expect(performance.now() - started).toBeLessThan(5000)
})

test.each([
  ['arn:aws:iam::*:role/*', 'arn:aws:iam::111122223333:role/ci/Deploy', true],
  ['arn:aws:*:role/x', 'arn:aws:iam::111122223333:role/x', false],
  ['arn:aws:iam::111122223333:role/a?', 'arn:aws:iam::111122223333:role/ab', true],
  ['*', 'arn:aws:iam::111122223333:role/ab', false],
])('matchesArn(%s, %s) is %s', (pattern, arn, expected) => {
  expect(matchesArn(pattern, arn)).toBe(expected)
})
