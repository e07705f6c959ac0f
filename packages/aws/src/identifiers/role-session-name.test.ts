import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { identityOfSessionName, roleSessionName, sessionNamePattern } from './role-session-name.ts'

// Texts near the borders of the three forms: escapes, doubled signs, lengths around 64.
const identity = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 90 }),
  fc.string({
    unit: fc.constantFrom('a', '=', '2', '0', 'F', ' ', 'é', '@'),
    minLength: 1,
    maxLength: 70,
  }),
  fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 60, maxLength: 70 }),
)

describe('roleSessionName', () => {
  it.each([
    ['alice@example.com', 'alice@example.com'],
    ['anna m', 'anna=20m'],
    ['a=b', 'a=3Db'],
    ['a', '=61'],
    ['Jörg', 'J=C3=B6rg'],
    ['DOMAIN\\jo', 'DOMAIN=5Cjo'],
    ['fe80::1', 'fe80=3A=3A1'],
    ['aws:x', 'aws=3Ax'],
  ])('%s becomes %s', (text, value) => {
    const name = roleSessionName(text)
    expect(name.value).toBe(value)
    expect(name.changed).toBe(text !== value)
    expect(name.explanation === undefined).toBe(text === value)
    expect(identityOfSessionName(value)).toBe(text)
  })

  it('keeps the beginning of a long identity and hashes the whole', () => {
    const long = `${'department-of-quite-long-names-'.repeat(3)}x`
    const name = roleSessionName(long)
    expect(name.value).toMatch(/^department-of-quite-long-names-depar.*==[\w-]{24}$/)
    expect(name.value).toHaveLength(64)
    expect(name.value).not.toBe(roleSessionName(`${long}y`).value)
    expect(identityOfSessionName(name.value)).toBeUndefined()
  })

  it('does not cut an escape in the middle', () => {
    for (let length = 20; length < 60; length++) {
      const { value } = roleSessionName(`${'a'.repeat(length)}${'ü'.repeat(30)}`)
      expect(value).toMatch(/^(?:[^=]|=[0-9A-F]{2})*==[\w-]{24}$/)
    }
  })

  it('always fits what STS accepts', () => {
    fc.assert(
      fc.property(identity, text => {
        fc.pre(text.isWellFormed())
        expect(roleSessionName(text).value).toMatch(sessionNamePattern)
      }),
    )
  })

  it('never gives two identities the same name', () => {
    fc.assert(
      fc.property(fc.uniqueArray(identity, { minLength: 2, maxLength: 40 }), texts => {
        const wellFormed = texts.filter(text => text.isWellFormed())
        const names = new Set(wellFormed.map(text => roleSessionName(text).value))
        expect(names.size).toBe(wellFormed.length)
      }),
      { numRuns: 500 },
    )
  })

  it('never gives an identity the name that another one got', () => {
    fc.assert(
      fc.property(identity, text => {
        fc.pre(text.isWellFormed())
        const { value } = roleSessionName(text)
        if (value !== text) expect(roleSessionName(value).value).not.toBe(value)
      }),
    )
  })

  it('is read back unless it holds a hash', () => {
    fc.assert(
      fc.property(identity, text => {
        fc.pre(text.isWellFormed())
        const { value } = roleSessionName(text)
        expect(identityOfSessionName(value)).toBe(value.includes('==') ? undefined : text)
      }),
    )
  })

  it.each(['', '\ud800', 'a'.repeat(5000)])('refuses an identity that is none', text => {
    expect(() => roleSessionName(text)).toThrow(
      expect.objectContaining({ code: 'invalid_argument' }),
    )
  })

  it.each(['=', 'a=2', 'a=2g', 'a=41', '=FF', 'a b', '=0a1'])('reads nothing in %j', text => {
    expect(identityOfSessionName(text)).toBeUndefined()
  })
})
