import { expect, test } from 'vitest'
import { ServerError, serverErrors } from './errors.ts'

test.each(Object.entries(serverErrors))('%s says what happened and what to do', (code, entry) => {
  expect(code).toMatch(/^[a-z-]+$/)
  expect(entry.status).toBeGreaterThanOrEqual(400)
  expect(entry.meaning).toMatch(/^[A-Z].*\.$/)
  expect(entry.remedy).toMatch(/\.$/)
})

test('another status changes nothing else', () => {
  const error = new ServerError('access-refused', { eventId: 'ev-1', detail: 'why' })
  const other = error.with({ status: 401 })
  expect(other).toBeInstanceOf(ServerError)
  expect(other).toMatchObject({
    status: 401,
    code: 'access-refused',
    eventId: 'ev-1',
    detail: 'why',
  })
  expect([other.message, error.status]).toEqual([error.message, 403])
})
