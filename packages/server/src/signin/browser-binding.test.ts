import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { hashBrowserBinding, newBrowserBinding, replacedSession } from './browser-binding.ts'

test('a binding names the session that it replaces', () => {
  const sessionHash = 'ab'.repeat(32)
  const binding = newBrowserBinding(randomBytes, sessionHash)
  expect(replacedSession(binding)).toBe(sessionHash)
  expect(replacedSession(newBrowserBinding(randomBytes, undefined))).toBeUndefined()
})

test('the hash covers the session too, so that a changed one binds to nothing', () => {
  const binding = newBrowserBinding(randomBytes, 'ab'.repeat(32))
  const changed = `${binding.slice(0, -2)}cd`
  expect(hashBrowserBinding(binding)).toMatch(/^[0-9a-f]{64}$/)
  expect(hashBrowserBinding(changed)).not.toBe(hashBrowserBinding(binding))
})

test.each([undefined, '', 'short', `${'a'.repeat(43)}.`, `${'a'.repeat(43)}.xyz`, 'a'.repeat(44)])(
  'a value of another form is none: %j',
  value => {
    expect(hashBrowserBinding(value)).toBeUndefined()
    expect(replacedSession(value)).toBeUndefined()
  },
)
