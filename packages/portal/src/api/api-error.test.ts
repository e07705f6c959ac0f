import { describe, expect, test } from 'vitest'
import { ApiError, isSignedOut, readError } from './api-error.ts'

describe('readError', () => {
  test('keeps the message, hint and event id of the gateway', () => {
    const error = readError(502, {
      error: { code: 'sts_refused', message: 'AWS said no.', hint: 'Ask.', eventId: 'ev1' },
    })
    expect(error).toBeInstanceOf(ApiError)
    expect(error).toMatchObject({
      status: 502,
      code: 'sts_refused',
      message: 'AWS said no.',
      hint: 'Ask.',
      eventId: 'ev1',
    })
  })

  test.each([undefined, null, 'text', {}, { error: 'no' }, { error: null }, { error: {} }])(
    'explains an answer without an error body: %j',
    body => {
      expect(readError(503, body)).toMatchObject({ status: 503, code: 'unexpected_answer' })
    },
  )

  test('ignores parts that are not text', () => {
    const error = readError(500, { error: { message: 7, hint: {}, eventId: 3, code: [] } })
    expect(error).toMatchObject({ code: 'unknown', hint: undefined, eventId: undefined })
    expect(error.message).toBe('The gateway answered 500.')
  })
})

test('only a 401 means signed out', () => {
  expect(isSignedOut(readError(401, {}))).toBe(true)
  expect(isSignedOut(readError(403, {}))).toBe(false)
  expect(isSignedOut(new Error('401'))).toBe(false)
})
