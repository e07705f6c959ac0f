import { expect, test } from 'vitest'
import { createSecondFactors } from './totp.ts'

// RFC 6238, appendix B: its last six of eight digits are the six of this seed.
const seed = new TextEncoder().encode('12345678901234567890')
const device = { serial: 'arn:aws:iam::111122223333:mfa/ann', seed }

test.each([
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
])('at %i seconds the code is %s', (seconds, code) => {
  const factors = createSecondFactors(() => new Date(seconds * 1000))
  expect(factors.accepts(device, code === '000000' ? '000001' : '000000')).toBe(false)
  expect(factors.accepts(device, code)).toBe(true)
})

test('a code is taken once, and none that is older than the last', () => {
  let seconds = 1_111_111_109
  const factors = createSecondFactors(() => new Date(seconds * 1000))
  expect(factors.accepts(device, '081804')).toBe(true)
  expect(factors.accepts(device, '081804')).toBe(false)
  seconds = 1_111_111_111
  expect(factors.accepts(device, '081804')).toBe(false)
  expect(factors.accepts(device, '050471')).toBe(true)
  expect(factors.accepts({ ...device, serial: 'another' }, '050471')).toBe(true)
})

test('a code counts one step early and late, no further', () => {
  const at = (seconds: number) =>
    createSecondFactors(() => new Date(seconds * 1000)).accepts(device, '287082')
  expect([0, 29, 30, 60, 89].map(at)).toEqual([true, true, true, true, true])
  expect([90, 120].map(at)).toEqual([false, false])
})

test.each(['', '28708', '2870820', '２８７０８２', '28708x'])('%j is no code', code => {
  expect(createSecondFactors(() => new Date(59_000)).accepts(device, code)).toBe(false)
})
