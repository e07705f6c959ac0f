import { expect, test } from 'vitest'
import { fromBase32 } from './base32.ts'

// RFC 4648, section 10.
test.each([
  ['MY======', 'f'],
  ['MZXQ====', 'fo'],
  ['MZXW6', 'foo'],
  ['MZXW6YQ=', 'foob'],
  ['MZXW6YTB', 'fooba'],
  ['MZXW6YTBOI======', 'foobar'],
])('%s is %s', (text, expected) => {
  expect(new TextDecoder().decode(fromBase32(text))).toBe(expected)
})
