import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ServerError } from '../errors.ts'
import { checkReturnPath } from './return-path.ts'

describe('return path', () => {
  test.each([
    '/',
    '/roles',
    '/console/prod/Admin?destination=https://console.aws.amazon.com/s3/',
    '/aws/sandbox#top',
    '/a%20b/%2F%2Fevil.example',
  ])('takes %s', path => {
    expect(checkReturnPath(path)).toBe(path)
  })

  test('an absent one is the roles page', () => {
    expect(checkReturnPath(undefined)).toBe('/')
    expect(checkReturnPath('')).toBe('/')
  })

  test.each([
    'roles',
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    'https://evil.example/',
    'javascript:alert(1)',
    '/a//b',
    '/.//evil.example',
    '/..//evil.example',
    '/\tevil.example',
    '/\n/evil.example',
    '/a\r\nSet-Cookie: a=b',
    '/ü',
    '/ a',
    '/\u0000',
    ' /roles',
    '/\u2028',
    `/${'a'.repeat(2048)}`,
  ])('refuses %j', path => {
    expect(() => checkReturnPath(path)).toThrow(
      expect.objectContaining({ name: 'ServerError', code: 'bad-return-path' }),
    )
  })

  test('whatever it takes stays on this origin in a browser', () => {
    const piece = fc.constantFrom(
      '/',
      '\\',
      '.',
      '..',
      '//',
      '@',
      ':',
      '?',
      '#',
      '%2f',
      'evil',
      ' ',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), pieces => {
        let path: string
        try {
          path = checkReturnPath(pieces.join(''))
        } catch (error) {
          expect(error).toBeInstanceOf(ServerError)
          return
        }
        expect(new URL(path, 'https://gateway.example').origin).toBe('https://gateway.example')
        expect(new URL(path, 'https://gateway.example').pathname.startsWith('//')).toBe(false)
      }),
    )
  })
})
