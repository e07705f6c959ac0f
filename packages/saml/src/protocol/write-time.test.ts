import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readTime } from './read-time.ts'
import { addSeconds, writeTime } from './write-time.ts'

test('writes milliseconds only where there are any', () => {
  expect(writeTime(new Date('2026-11-21T01:02:03Z'))).toBe('2026-11-21T01:02:03Z')
  expect(writeTime(new Date('2026-11-21T01:02:03.040Z'))).toBe('2026-11-21T01:02:03.040Z')
  expect(writeTime(addSeconds(new Date('2026-12-31T23:59:59Z'), 1))).toBe('2027-01-01T00:00:00Z')
})

test('what is written is read back equal', () => {
  const min = new Date('0001-01-01T00:00:00Z')
  const max = new Date('9999-12-31T23:59:59.999Z')
  fc.assert(
    fc.property(fc.date({ min, max, noInvalidDate: true }), time => {
      expect(readTime(writeTime(time), 'time')).toEqual(time)
    }),
  )
})

test.each([new Date(Number.NaN), new Date(8.64e15), new Date('0000-12-31T23:59:59Z')])(
  'refuses %s',
  time => {
    expect(() => writeTime(time)).toThrow(expect.objectContaining({ code: 'option.invalid' }))
  },
)
