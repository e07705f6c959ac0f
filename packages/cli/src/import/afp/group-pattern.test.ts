import { describe, expect, it } from 'vitest'
import { groupPattern } from './group-pattern.ts'

describe('a pattern that means the same', () => {
  it.each([
    ['aws-(?P<account>.*)-(?P<role>.*)', 'aws-(?<account>.*)-(?<role>.*)'],
    ['^aws-(?P<account>.*)-(?P<role>.*)$', 'aws-(?<account>.*)-(?<role>.*)'],
    [
      String.raw`\Aaws-(?P<account>\w+?)-(?P<role>\w+)\Z`,
      String.raw`aws-(?<account>\w+?)-(?<role>\w+)`,
    ],
    ['(?:a|b)_(?P<account>x)_(?P<role>y|z)', '(?:a|b)_(?<account>x)_(?<role>y|z)'],
    ['(a)(?P<account>x{,3})(?P<role>y{2,})', '(?:a)(?<account>x{0,3})(?<role>y{2,})'],
    [
      '(?s)(?P<account>[]a-c^-])x{(?P<role>[^]])',
      String.raw`(?<account>[\]a-c\^\-])x\{(?<role>[^\]])`,
    ],
    [
      String.raw`a\.b\-(?P<account>\x41)(?#note)(?P<role>\d)`,
      String.raw`a\.b-(?<account>A)(?<role>\d)`,
    ],
    ['^a(?P<account>b)(?P<role>c)$|guests', 'a(?<account>b)(?<role>c)'],
  ])('%s', (regex, pattern) => {
    expect(groupPattern(regex)).toEqual({ pattern, stricter: undefined })
    expect(() => new RegExp(`^(?:${pattern})$`, 'u')).not.toThrow()
  })
})

describe('a pattern that matched beginnings of names', () => {
  it.each([
    ['^a-(?P<account>b+)-(?P<role>c)|guests$', 'a-b-c~'],
    [String.raw`a-(?P<account>b)-(?P<role>[d-f])\$`, 'a-b-d$~'],
  ])(
    '%s: a whole name must match, and the report has one that no longer does',
    (regex, example) => {
      const read = groupPattern(regex)
      expect(read).toMatchObject({ stricter: { example } })
      if (!('pattern' in read)) throw new Error('refused')
      expect(new RegExp(`^(?:${read.pattern})$`, 'u').test(example)).toBe(false)
      expect(new RegExp(`^(?:${read.pattern})`, 'u').test(example)).toBe(true)
    },
  )

  it.each([
    ['^a-(?P<account>b)-(?P<role>a|admin)|x', 'a choice'],
    ['^a-(?P<account>b)-(?P<role>c+?)|x', 'a lazy repeat'],
    ['^guests|a-(?P<account>b)-(?P<role>c)', 'an earlier branch'],
  ])('%s is refused: %s', regex => {
    expect(groupPattern(regex)).toMatchObject({
      refused: expect.any(String),
      todo: expect.any(String),
    })
  })
})

it.each([
  ['(?P<account>a)(?P<role>(?!root).*)', 'look-around'],
  ['(?P<account>a)(?<=a)(?P<role>b)', 'look-around'],
  ['(?P<account>a)(?P<role>b)(?P=account)', 'back-reference'],
  [String.raw`(?P<account>a)(?P<role>b)\1`, 'back-reference'],
  ['(?i)(?P<account>a)(?P<role>b)', 'flag (?i)'],
  ['(?P<account>a)(?i:b)(?P<role>b)', 'flags inside'],
  ['(?P<account>a)?$(?P<role>b)', 'anchor stands in the middle'],
  ['(?P<account>a)(?P<role>b', '`(` has no `)`'],
  ['(?P<account>a)(?P<role>b))', '`)` has no `(`'],
  ['(?P<account>a*+)(?P<role>b)', 'possessive'],
  ['(?P<account>a**)(?P<role>b)', 'a repeat repeats'],
  [String.raw`(?P<account>\bx)(?P<role>b)`, String.raw`\b`],
  ['(?P<account>[b-a])(?P<role>b)', 'wrong way round'],
  ['(?P<account>.*)', 'not both groups'],
  ['(?P<account>*a)(?P<role>b)', 'nothing to repeat'],
  [`(?P<account>a)(?P<role>${'('.repeat(60)}x${')'.repeat(60)})`, 'nested too deeply'],
  [`(?P<account>${'a'.repeat(600)})(?P<role>b)`, 'longer than'],
])('%s is refused with the reason', (regex, reason) => {
  const read = groupPattern(regex)
  expect(read).toMatchObject({ refused: expect.stringContaining(reason) })
})
