import { expect, test } from 'vitest'
import { expand, literal } from './variables.ts'
import { matchesWildcard } from './wildcard.ts'

const context = new Map([
  ['aws:username', ['*']],
  ['aws:tagkeys', ['a', 'b']],
])

test('a value that is put in has no wildcards of its own', () => {
  const pattern = expand(`arn:aws:s3:::box/$\{aws:username}/*`, context) ?? ''
  expect(matchesWildcard(pattern, literal('arn:aws:s3:::box/*/file'))).toBe(true)
  expect(matchesWildcard(pattern, literal('arn:aws:s3:::box/ann/file'))).toBe(false)
})

test.each([
  [`$\{aws:nothing}`, undefined],
  [`$\{aws:tagkeys}`, undefined],
  [`$\{`, `$\{`],
  [`$\{$}{x}`, `$\{x}`],
  [`$\{aws:nothing, 'none'}`, 'none'],
  ['plain *', 'plain *'],
])('%s expands to %s', (text, expected) => {
  expect(expand(text, context)).toBe(expected)
})
