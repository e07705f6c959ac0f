import { expect, test } from 'vitest'
import { timeLeft } from './time-left.ts'

const now = new Date('2026-11-26T12:00:00Z')

test.each([
  [-1, 'just now'],
  [0, 'just now'],
  [20, 'in less than a minute'],
  [59 * 60, 'in 59 min'],
  [-5 * 60, '5 min ago'],
  [200 * 60, 'in 3 h 20 min'],
  [50 * 3600, 'in 2 days'],
])('%d seconds: %s', (seconds, text) => {
  expect(timeLeft(new Date(now.getTime() + seconds * 1000), now)).toBe(text)
})
