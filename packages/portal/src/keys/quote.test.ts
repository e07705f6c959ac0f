import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  plainIniValue,
  profileName,
  quoteBash,
  quoteFish,
  quotePowerShell,
  UnquotableError,
} from './quote.ts'

describe('quoteBash', () => {
  test.each([
    ['abc+/=', "'abc+/='"],
    ['', "''"],
    ['$(id) `id` !x', "'$(id) `id` !x'"],
    ["it's", "'it'\\''s'"],
    ['a\\b', "'a\\b'"],
    ['a\nb', "$'a\\x0ab'"],
    ["\u001b[201~'\\", "$'\\x1b[201~\\'\\\\'"],
    ['\u009b', "$'\\xc2\\x9b'"],
  ])('%j', (value, quoted) => expect(quoteBash(value)).toBe(quoted))
})

describe('quoteFish', () => {
  test.each([
    ['abc', "'abc'"],
    ['', "''"],
    ["it's", "'it\\'s'"],
    ['a\\', "'a\\\\'"],
    ['$HOME (id)', "'$HOME (id)'"],
    ['a\nb', "'a'\\u000a'b'"],
    ['\u001b', '\\u001b'],
  ])('%j', (value, quoted) => expect(quoteFish(value)).toBe(quoted))
})

describe('quotePowerShell', () => {
  test.each([
    ['abc', "'abc'"],
    ['', "''"],
    ["it's", "'it''s'"],
    ['$env:X `n $(id)', "'$env:X `n $(id)'"],
    // The shell ends a text at any of these.
    ['\u2018a\u2019b\u201ac\u201b', "'\u2018\u2018a\u2019\u2019b\u201a\u201ac\u201b\u201b'"],
    ['a\r\nb', "('' + 'a' + [char]13 + [char]10 + 'b')"],
    ['\u001b', "('' + [char]27)"],
  ])('%j', (value, quoted) => expect(quotePowerShell(value)).toBe(quoted))
})

test('no quoted text has a control character, and NUL is refused', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), value => {
      for (const quote of [quoteBash, quoteFish, quotePowerShell]) {
        if (value.includes('\0')) expect(() => quote(value)).toThrow(UnquotableError)
        else expect(quote(value)).not.toMatch(/\p{Cc}/u)
      }
    }),
  )
})

describe('plainIniValue', () => {
  test('keeps what AWS issues', () => {
    expect(plainIniValue('AbC123+/=')).toBe('AbC123+/=')
    expect(plainIniValue('http://127.0.0.1:4566')).toBe('http://127.0.0.1:4566')
  })

  test.each(['', ' a', 'a b', 'a\nrole_arn=x', 'a\t', '#a', ';a', '"a"', '[x]', 'a\0'])(
    'refuses %j',
    value => expect(() => plainIniValue(value)).toThrow(UnquotableError),
  )
})

describe('profileName', () => {
  test.each([
    ['prod', 'ReadOnly', 'prod-ReadOnly'],
    ['a b]\n[x', 'R&D', 'a-b-x-R-D'],
    ['-x', 'y', 'x-y'],
    ['team', 'a+b=c,d.e@f_g', 'team-a+b-c-d.e@f_g'],
  ])('%j, %j', (alias, role, name) => expect(profileName(alias, role)).toBe(name))
})
