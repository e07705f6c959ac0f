import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { hashBrowserBinding } from './browser-binding.ts'
import { newToken } from './tokens.ts'

test('a binding is kept under its hash', () => {
  const binding = newToken(randomBytes)
  expect(hashBrowserBinding(binding)).toMatch(/^[0-9a-f]{64}$/)
  expect(hashBrowserBinding(newToken(randomBytes))).not.toBe(hashBrowserBinding(binding))
})

test.each([undefined, '', 'short', `${'a'.repeat(43)}.`, 'a'.repeat(44), `${'a'.repeat(42)}=`])(
  'a value of another form is none: %j',
  value => {
    expect(hashBrowserBinding(value)).toBeUndefined()
  },
)
