import { describe, expect, test } from 'vitest'
import { providerHref, safeNext } from './next.ts'

describe('safeNext', () => {
  test.each(['/', '/roles', '/console/prod/Admin?destination=%2Fs3#x', '/signing'])(
    'keeps %s',
    path => expect(safeNext(path)).toBe(path),
  )

  test.each([
    undefined,
    7,
    '',
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '/a\\b',
    'javascript:alert(1)',
    'roles',
    '/signin',
    '/signin?next=/signin',
    '/signin/saml/corp',
    `/${'a'.repeat(2048)}`,
  ])('reads %j as /', value => expect(safeNext(value)).toBe('/'))
})

describe('providerHref', () => {
  test('carries the way back', () => {
    expect(providerHref('/signin/saml/corp', '/')).toBe('/signin/saml/corp')
    expect(providerHref('/signin/saml/corp', '/console/a/b?x=1&y=2')).toBe(
      '/signin/saml/corp?next=%2Fconsole%2Fa%2Fb%3Fx%3D1%26y%3D2',
    )
    expect(providerHref('/signin/saml/corp?a=b', '/x')).toBe('/signin/saml/corp?a=b&next=%2Fx')
  })
})
