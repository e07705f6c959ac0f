import { expect, test } from 'vitest'
import { isHttpUrl } from './http-url.ts'

test.each([
  'https://i.test',
  'https://i.test/',
  'HTTPS://i.test:8443/sso?a=b&c=d#e',
  'http://127.0.0.1:8080/x',
  'http://[::1]/x',
  "https://i.test/it's(1)",
])('takes %s', location => {
  expect(isHttpUrl(location)).toBe(true)
})

test.each([
  '',
  '/sso',
  '//i.test/sso',
  'javascript:alert(1)',
  'ftp://i.test/',
  ' https://i.test/',
  'https://i.test/ ',
  'https://i.test/a b',
  'https://i.test/\u0000',
  'https://',
  'https:///i.test/sso',
  'https://?x',
  'https://#x',
  'https://\\i.test/',
  'https://i.test\\@evil.test/',
  'https:\\\\i.test/',
  'https://i.test/"onclick="x',
  'https://i.test/<script>',
  'https://i.test/>',
  `https://i.test/${'x'.repeat(2048)}`,
])('refuses %j', location => {
  expect(isHttpUrl(location)).toBe(false)
})
