import { expect, test } from 'vitest'
import { createDurationLimits, limitNote } from './duration-limits.ts'

test('a limit is remembered for a quarter of an hour', () => {
  let now = new Date('2026-01-01T00:00:00Z')
  const limits = createDurationLimits(() => now)
  limits.remember('role', 'role-maximum')
  now = new Date('2026-01-01T00:14:59Z')
  expect(limits.reasonFor('role')).toBe('role-maximum')
  expect(limits.reasonFor('other')).toBeUndefined()
  now = new Date('2026-01-01T00:15:00Z')
  expect(limits.reasonFor('role')).toBeUndefined()
})

test.each([
  [28_800, 'The grant allows 8 hours'],
  [5400, 'The grant allows 90 minutes'],
])('the note for %i seconds', (seconds, text) => {
  expect(limitNote('role-maximum', seconds)).toContain(text)
})
