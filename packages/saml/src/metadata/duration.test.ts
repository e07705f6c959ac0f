import { expect, test } from 'vitest'
import { readDuration } from './duration.ts'

test.each([
  ['PT0S', 0],
  ['PT90M', 5400],
  ['P1D', 86_400],
  ['P99999Y', 999_999_999_999],
  ['P1Y2M3DT4H5M6.789S', 365 * 86_400 + 56 * 86_400 + 3 * 86_400 + 4 * 3600 + 306],
])('%s is %d seconds', (text, seconds) => {
  expect(readDuration(text)).toBe(seconds)
})

test.each(['', 'P', 'PT', 'P1DT', '1D', '-P1D', 'P-1D', 'P1.5D', 'PT1', 'P1H', ' P1D', 'P1D\n'])(
  'refuses %j',
  text => {
    expect(() => readDuration(text)).toThrow(
      expect.objectContaining({ code: 'metadata.malformed' }),
    )
  },
)
