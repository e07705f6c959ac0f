import { expect, test } from 'vitest'
import { isIdentityText } from './identity-text.ts'

test.each(['alice', 'a.b+c@corp.example', 'Zoë O’Neil', '山田太郎', 'CORP\\alice', 'a b'])(
  'takes %j',
  text => {
    expect(isIdentityText(text)).toBe(true)
  },
)

test.each([
  ['empty', ''],
  ['space before', ' alice'],
  ['line end', 'alice\n'],
  ['tab', 'a\tb'],
  ['null', 'a\u0000b'],
  ['zero-width space', 'ali\u200bce'],
  ['zero-width joiner', 'ali\u200dce'],
  ['byte order mark', '\ufeffalice'],
  ['right-to-left override', '\u202eecila'],
  ['isolate', '\u2066alice\u2069'],
  ['soft hyphen', 'ali\u00adce'],
  ['Hangul filler', 'alice\u3164'],
  ['variation selector', 'alice\ufe0f'],
  ['tag', 'alice\u{e0041}'],
  ['lone surrogate', 'alice\ud800'],
  ['private use', 'alice\ue000'],
  ['line separator', 'a\u2028b'],
  ['no-break space', 'a\u00a0b'],
  ['too long', 'a'.repeat(257)],
])('refuses %s', (_name, text) => {
  expect(isIdentityText(text)).toBe(false)
})
