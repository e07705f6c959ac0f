import fc from 'fast-check'
import { expect, test } from 'vitest'
import { headerText } from './header-text.ts'

test.each([
  ['alice', 'alice'],
  ['corp\\bob smith', 'corp\\bob smith'],
  ['100%', '100%'],
  ['zoë 100%', 'zo%C3%AB%20100%25'],
  [' a', '%20a'],
  ['a\r\nX-Evil: 1', 'a%0D%0AX-Evil:%201'],
  ['\ud800', '%EF%BF%BD'],
  ['', ''],
])('%j', (name, text) => {
  expect(headerText(name)).toBe(text)
})

test('is always the value of one header', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), name => {
      const text = headerText(name)
      expect(text).toMatch(/^[\x20-\x7e]*$/)
      expect(text.trim()).toBe(text)
    }),
  )
})
