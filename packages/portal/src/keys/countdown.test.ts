import { describe, expect, test } from 'vitest'
import { countdown, durationText } from './countdown.ts'

const now = Date.parse('2030-01-01T00:00:00Z')
const after = (seconds: number) => new Date(now + seconds * 1000).toISOString()

describe('countdown', () => {
  test.each([
    [12 * 3600, 'valid', '12 h 00 min'],
    [3600, 'valid', '1 h 00 min'],
    [3599, 'valid', '59 min 59 s'],
    [300, 'valid', '5 min 00 s'],
    [299, 'soon', '4 min 59 s'],
    [60, 'soon', '1 min 00 s'],
    [9, 'soon', '9 s'],
    [0.2, 'soon', '1 s'],
    [0, 'expired', 'expired'],
    [-5, 'expired', 'expired'],
  ] as const)('%d s', (seconds, state, text) => {
    expect(countdown(after(seconds), now)).toEqual({ state, text })
  })

  test('a time that is none counts as expired', () => {
    expect(countdown('soon', now).state).toBe('expired')
  })
})

test.each([
  [45, '45 s'],
  [900, '15 min'],
  [3600, '1 h'],
  [5400, '1 h 30 min'],
  [3599, '1 h'],
  [43200, '12 h'],
])('durationText(%d)', (seconds, text) => expect(durationText(seconds)).toBe(text))
