import { expect, test } from 'vitest'
import { isSecureUrl } from './loopback.ts'

test.each([
  'https://aws.example.com/',
  'http://localhost:8080/',
  'http://127.0.0.1/',
  'http://0x7f000001/',
  'http://[::1]:9911/',
])('%s may carry a secret', text => {
  expect(isSecureUrl(new URL(text))).toBe(true)
})

test.each([
  'http://aws.example.com/',
  'http://localhost.example.com/',
  'http://127.0.0.1.example.com/',
  'http://any.localhost/',
  'http://[::ffff:127.0.0.1]/',
  'http://0.0.0.0/',
  'ftp://localhost/',
])('%s may not', text => {
  expect(isSecureUrl(new URL(text))).toBe(false)
})
