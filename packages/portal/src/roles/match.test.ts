import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { joinRanges, matchText } from './match.ts'

describe('matchText', () => {
  test.each([
    ['Admin', 'admin', 'whole', [[0, 5]]],
    ['AdminAccess', 'admin', 'start', [[0, 5]]],
    ['ReadOnlyAccess', 'only', 'word', [[4, 8]]],
    ['data-lake', 'lake', 'word', [[5, 9]]],
    // The start of a word wins over an earlier place inside one.
    ['unadmin Admin', 'admin', 'word', [[8, 13]]],
    ['ReadOnly', 'ead', 'inside', [[1, 4]]],
    ['team42', '42', 'word', [[4, 6]]],
  ])('%s, %s: %s', (text, word, tier, ranges) => {
    expect(matchText(text, word, false)).toEqual({ tier, ranges })
  })

  test.each([
    [
      'ReadOnlyAccess',
      'roa',
      'initials',
      [
        [0, 1],
        [4, 5],
        [8, 9],
      ],
    ],
    [
      'PowerUser',
      'pwu',
      'letters',
      [
        [0, 1],
        [2, 3],
        [5, 6],
      ],
    ],
  ])('with gaps: %s, %s: %s', (text, word, tier, ranges) => {
    expect(matchText(text, word, true)).toEqual({ tier, ranges })
    expect(matchText(text, word, false)).toBeUndefined()
  })

  test('one letter never matches with gaps, and the first must start a word', () => {
    expect(matchText('Reader', 'x', true)).toBeUndefined()
    expect(matchText('Reader', 'edr', true)).toBeUndefined()
  })

  test('marks stay inside texts whose capitals grow when lowered', () => {
    expect(matchText('İİİ admin', 'admin', false)?.ranges).toEqual([[4, 9]])
  })

  test('ranges lie in the text and spell the word', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ minLength: 1 }), (text, typed) => {
        const word = typed.toLowerCase()
        const found = matchText(text, word, true)
        if (found === undefined) return
        const spelled = found.ranges.map(([from, to]) => text.slice(from, to)).join('')
        expect(spelled.toLowerCase()).toBe(word)
      }),
    )
  })
})

test('joinRanges sorts and joins', () => {
  expect(
    joinRanges([
      [5, 8],
      [0, 2],
      [2, 3],
      [6, 7],
    ]),
  ).toEqual([
    [0, 3],
    [5, 8],
  ])
})
