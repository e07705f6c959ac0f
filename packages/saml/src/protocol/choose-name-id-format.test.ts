import { expect, test } from 'vitest'
import { nameIdFormats } from '../names.ts'
import { chooseNameIdFormat } from './choose-name-id-format.ts'

const { emailAddress, persistent, transient, unspecified } = nameIdFormats
const issuer = 'https://sp.example.test/metadata'
const supported = [persistent, transient]

const listing = (...formats: string[]) => ({ sp: { nameIdFormats: formats } })

test.each<[string, string[], string | undefined, string]>([
  ['the one asked for', [transient], persistent, persistent],
  [
    'the first of the metadata that there is',
    [emailAddress, transient, persistent],
    undefined,
    transient,
  ],
  ['the first of ours when the metadata lists none', [], undefined, persistent],
  ['the first of ours when the metadata leaves it open', [unspecified], undefined, persistent],
])('takes %s', (_, listed, format, expected) => {
  const nameIdPolicy = format === undefined ? undefined : { format, allowCreate: true }
  const request = nameIdPolicy === undefined ? { issuer } : { issuer, nameIdPolicy }
  expect(chooseNameIdFormat(request, listing(...listed), supported).format).toBe(expected)
})

test.each([
  [persistent, false, false],
  [persistent, true, true],
  [transient, false, true],
])('%s with AllowCreate %s may be made: %s', (format, allowCreate, mayCreate) => {
  const request = { issuer, nameIdPolicy: { format, allowCreate } }
  expect(chooseNameIdFormat(request, listing(), supported)).toEqual({ format, mayCreate })
})

test('without a policy nothing is forbidden, and the own namespace may be named', () => {
  expect(chooseNameIdFormat({ issuer }, listing(), supported).mayCreate).toBe(true)
  const nameIdPolicy = { spNameQualifier: issuer, allowCreate: true }
  expect(chooseNameIdFormat({ issuer, nameIdPolicy }, listing(), supported).format).toBe(persistent)
})

test.each<[string, string[], object]>([
  ['a format that there is not', [], { format: emailAddress, allowCreate: true }],
  ['an encrypted name', [], { format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:encrypted' }],
  ['the namespace of an affiliation', [], { spNameQualifier: 'urn:affiliation' }],
  ['an empty namespace', [], { spNameQualifier: '' }],
  ['metadata of other formats', [emailAddress], {}],
])('refuses %s', (_, listed, policy) => {
  const nameIdPolicy = { allowCreate: true, ...policy }
  expect(() => chooseNameIdFormat({ issuer, nameIdPolicy }, listing(...listed), supported)).toThrow(
    expect.objectContaining({ code: 'request.name-id-policy' }),
  )
})

test('an identity provider without a format is a mistake of the caller', () => {
  expect(() => chooseNameIdFormat({ issuer }, listing(), [])).toThrow(
    expect.objectContaining({ code: 'option.invalid' }),
  )
})
