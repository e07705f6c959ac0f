import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatDuration, parseDuration } from './duration.ts'
import { nearest, suggester, suggestion } from './nearest.ts'
import { readRoleReference } from './role-reference.ts'

describe('time spans', () => {
  test.each([
    [90, 90],
    [0, 0],
    ['90', 90],
    ['90s', 90],
    ['15m', 900],
    ['8h', 28_800],
    ['1d', 86_400],
  ])('%j is %d seconds', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds)
  })

  test.each([-1, 1.5, Number.NaN, '', 'h', '1w', '1 h', '-1h', '1h30m', '1e3', '9999999999'])(
    '%j is none',
    text => {
      expect(parseDuration(text)).toBeUndefined()
    },
  )

  test('what is written is read back', () => {
    fc.assert(
      fc.property(fc.nat(10_000_000), seconds => {
        expect(parseDuration(formatDuration(seconds))).toBe(seconds)
      }),
    )
  })
})

describe('the word that was meant', () => {
  test.each([
    ['lisen', 'listen'],
    ['listne', 'listen'],
    ['TITLE', 'title'],
    ['pubicUrl', 'publicUrl'],
  ])('%s is %s', (word, meant) => {
    expect(nearest(word, ['listen', 'title', 'publicUrl'])).toBe(meant)
  })

  test.each(['', 'x', 'something else', 'l'.repeat(1000)])('%j is none of them', word => {
    expect(nearest(word, ['listen', 'a', 'b'])).toBeUndefined()
  })

  test('without one near, the known words are told, at most ten', () => {
    const known = Array.from({ length: 12 }, (_, index) => `word-number-${index}`)
    expect(suggestion('x', known, 'word')).toMatch(/^known: `word-number-0`.*-9` and more$/)
    expect(suggestion('x', [], 'account')).toBe('there is no account yet')
  })
})

test('suggestions for very many words end, the known words stay', () => {
  const suggest = suggester(['listen'], 'key')
  const words = Array.from({ length: 150 }, (_, index) => `liste${index}`)
  const suggestions = words.map(suggest)
  expect(suggestions[9]).toBe('did you mean `listen`?')
  expect(suggestions[149]).toBe('known: `listen`')
  expect(suggest('liste9')).toBe('did you mean `listen`?')
})

describe('a role in a grant', () => {
  test.each([
    ['Admin', '/', 'Admin'],
    ['/Admin', '/', 'Admin'],
    ['team/Admin', '/team/', 'Admin'],
    ['a/b/c+=,.@-_', '/a/b/', 'c+=,.@-_'],
    ['x'.repeat(64), '/', 'x'.repeat(64)],
  ])('%s is a name', (text, path, name) => {
    expect(readRoleReference(text)).toEqual({ kind: 'name', path, name })
  })

  test('an ARN keeps its path', () => {
    expect(readRoleReference('arn:aws:iam::111111111111:role/a/b/Admin')).toEqual({
      kind: 'arn',
      partition: 'aws',
      accountId: '111111111111',
      path: '/a/b/',
      name: 'Admin',
    })
  })

  test.each([
    '',
    '/',
    'a b',
    'team/',
    '//Admin',
    'a//Admin',
    'x'.repeat(65),
    `${'p'.repeat(512)}/Admin`,
    'Ädmin',
    'Admin\n',
    'arn:aws:iam::11111111111:role/Admin',
    'arn:aws:sts::111111111111:assumed-role/Admin/a',
    'arn:nowhere:iam::111111111111:role/Admin',
  ])('%j is none', text => {
    expect(readRoleReference(text)).toBeUndefined()
  })
})
