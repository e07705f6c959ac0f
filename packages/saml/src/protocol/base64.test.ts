import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SamlError } from '../errors.ts'
import { decodeBase64, decodeLooseBase64 } from './base64.ts'

function decoded(text: string): Buffer | undefined {
  try {
    return decodeBase64(text, 'value')
  } catch (error) {
    if (error instanceof SamlError && error.code === 'base64.invalid') return undefined
    throw error
  }
}

/** The definition: what encodes to that very text. */
function defined(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64')
  return bytes.length > 0 && bytes.toString('base64') === text ? bytes : undefined
}

test.each([
  '',
  '=',
  'A',
  'AA',
  'AAA',
  'AA=',
  'A===',
  'AA==A',
  'AAA=AAAA',
  'AB==',
  'AAB=',
  'AA\n==',
  ' AAAA',
  '-AAA',
  '_AAA',
  '\u0141AAA',
  'AAAA====',
  'AAAA=',
  '\u{1F600}AA',
])('refuses %j', text => {
  expect(decoded(text)).toBeUndefined()
  expect(defined(text)).toBeUndefined()
})

test('takes what encodes to the very text, and nothing else', () => {
  const characters = [...'AAAAQgw+/z019', '=', '-', '_', ' ', '\n', '\u0141', '\u{1F600}', 'é', '!']
  const near = fc
    .array(fc.constantFrom(...characters), { maxLength: 24 })
    .map(each => each.join(''))
  fc.assert(
    fc.property(near, text => {
      expect(decoded(text)).toEqual(defined(text))
    }),
    { numRuns: 20_000 },
  )
})

test('takes any bytes back, and no text with one character changed to the same bytes', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 40 }),
      fc.nat(60),
      fc.constantFrom(...'A/=-_ \n', '\u0141'),
      (bytes, at, character) => {
        const text = Buffer.from(bytes).toString('base64')
        expect(decoded(text)).toEqual(Buffer.from(bytes))
        const changed = text.slice(0, at) + character + text.slice(at + 1)
        expect(decoded(changed)).toEqual(defined(changed))
        const inserted = text.slice(0, at) + character + text.slice(at)
        expect(decoded(inserted)).toEqual(defined(inserted))
      },
    ),
    { numRuns: 20_000 },
  )
})

test('takes XML white space where it may stand', () => {
  expect(decodeLooseBase64(' QUJD\r\nREVG\t', 'value').toString()).toBe('ABCDEF')
  expect(() => decodeLooseBase64('QUJD\u00A0REVG', 'value')).toThrow(SamlError)
})
