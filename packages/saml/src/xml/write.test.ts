import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SamlError } from '../errors.ts'
import { namespaces } from '../names.ts'
import { canonicalize } from './canonicalize.ts'
import { parseXml } from './parse.ts'
import { attribute, child, textOf } from './read.ts'
import { el, writeXml } from './write.ts'

test('declares a namespace where it is first used and not below', () => {
  const xml = writeXml(
    el('samlp:Response', { ID: 'a' }, el('saml:Issuer', {}, 'i'), el('samlp:Status')),
  )
  expect(xml).toBe(
    `<samlp:Response xmlns:samlp="${namespaces.samlp}" ID="a">` +
      `<saml:Issuer xmlns:saml="${namespaces.saml}">i</saml:Issuer>` +
      '<samlp:Status></samlp:Status></samlp:Response>',
  )
})

test('sorts declarations by prefix and attributes by namespace and name', () => {
  const attributes = { 'xsi:type': 'xs:string', b: '2', 'xmlns:xs': '', a: '1' }
  expect(writeXml(el('saml:AttributeValue', attributes))).toBe(
    `<saml:AttributeValue xmlns:saml="${namespaces.saml}" xmlns:xs="${namespaces.xs}"` +
      ` xmlns:xsi="${namespaces.xsi}" a="1" b="2" xsi:type="xs:string"></saml:AttributeValue>`,
  )
})

test('leaves out undefined attributes and children, flattens lists', () => {
  const xml = writeXml(el('md:A', { x: undefined }, undefined, ['1', [el('md:B')]], '2'))
  expect(xml).toBe(`<md:A xmlns:md="${namespaces.md}">1<md:B></md:B>2</md:A>`)
})

test.each([
  '\u0000',
  '\u0008',
  '\u000B',
  '\u001F',
  '\uD800',
  '\uDC00',
  'a\uD83D',
  '\uFFFE',
  '\uFFFF',
])('refuses a character that XML cannot carry: %j', value => {
  const refusal = expect.objectContaining({ code: 'write.character' })
  expect(() => writeXml(el('saml:A', {}, value))).toThrow(refusal)
  expect(() => writeXml(el('saml:A', { x: value }))).toThrow(refusal)
})

test.each(['Issuer x="1"', 'Issuer', 'unknown:A', '__proto__:A', 'saml:', 'saml:A>', ''])(
  'refuses a name that it does not know: %j',
  name => {
    expect(() => writeXml(el(name))).toThrow(expect.objectContaining({ code: 'write.name' }))
  },
)

function isXml(text: string): boolean {
  return !/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u.test(text)
}

test.each(['xmlns', 'xmlns:unknown', 'unknown:a', 'a b', '', 'a="1"'])(
  'refuses an attribute name that it does not know: %j',
  name => {
    expect(() => writeXml(el('saml:A', { [name]: 'x' }))).toThrow(
      expect.objectContaining({ code: 'write.name' }),
    )
  },
)

test('any text is refused or read back equal, and the text is its own canonical form', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (text, value) => {
      const tree = el('samlp:Response', { x: value }, el('saml:Issuer', { y: text }, text, value))
      if (!isXml(text) || !isXml(value)) {
        expect(() => writeXml(tree)).toThrow(SamlError)
        return
      }
      const xml = writeXml(tree)
      const document = parseXml(xml)
      expect(canonicalize(document)).toBe(xml)
      const issuer = child(document.root, namespaces.saml, 'Issuer')
      expect(attribute(document.root, 'x')).toBe(value)
      expect(issuer && attribute(issuer, 'y')).toBe(text)
      expect(issuer && textOf(issuer)).toBe(text + value)
      expect(issuer && xml.includes(canonicalize(issuer))).toBe(true)
    }),
    { numRuns: 1000 },
  )
})
