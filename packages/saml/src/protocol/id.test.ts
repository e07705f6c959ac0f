import { expect, test } from 'vitest'
import { isId, newId } from './id.ts'

test('is an NCName of 160 bits from the given source', () => {
  expect(newId(size => new Uint8Array(size).fill(0xab))).toBe(`_${'ab'.repeat(20)}`)
  const ids = new Set(Array.from({ length: 1000 }, () => newId()))
  expect(ids.size).toBe(1000)
  for (const id of ids) expect(isId(id)).toBe(true)
})

test.each([0, 19, 21])('%i bytes of randomness make none', size => {
  expect(() => newId(() => new Uint8Array(size))).toThrow(
    expect.objectContaining({ code: 'option.invalid' }),
  )
})

test.each(['', '1a', '-a', '.a', 'a b', 'a:b', 'é', 'a"', `a${'b'.repeat(256)}`])(
  '%j is no ID',
  value => {
    expect(isId(value)).toBe(false)
  },
)
