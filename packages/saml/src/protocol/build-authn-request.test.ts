import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bindings, nameIdFormats } from '../names.ts'
import { type AuthnRequestOptions, buildAuthnRequest } from './build-authn-request.ts'
import { readAuthnRequest } from './read-authn-request.ts'

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const now = new Date('2026-11-21T01:00:00Z')
const base: AuthnRequestOptions = {
  sp: { entityId: 'https://sp.example.test/metadata', acsUrl: 'https://sp.example.test/acs' },
  idp: { ssoUrl: 'https://idp.example.test/sso' },
  binding: 'redirect',
  now,
}

function queryOf(url: string): string {
  return url.slice(url.indexOf('?') + 1)
}

test('a redirect carries every fact to the reader', () => {
  const built = buildAuthnRequest({
    ...base,
    relayState: 'r 1+é&=',
    forceAuthn: true,
    isPassive: false,
    nameIdFormat: nameIdFormats.persistent,
    authnContextClassRefs: ['urn:a', 'urn:b'],
  })
  expect(built.form).toBeUndefined()
  expect(readAuthnRequest({ binding: 'redirect', query: queryOf(built.url) }, { now })).toEqual({
    id: built.id,
    issuer: base.sp.entityId,
    acsUrl: base.sp.acsUrl,
    destination: base.idp.ssoUrl,
    issueInstant: now,
    protocolBinding: bindings.post,
    forceAuthn: true,
    isPassive: false,
    nameIdFormat: nameIdFormats.persistent,
    authnContextClassRefs: ['urn:a', 'urn:b'],
    relayState: 'r 1+é&=',
    signed: false,
  })
})

test('ids are fresh, or the one that is given', () => {
  expect(buildAuthnRequest(base).id).toMatch(/^_[0-9a-f]{40}$/)
  expect(buildAuthnRequest(base).id).not.toBe(buildAuthnRequest(base).id)
  expect(buildAuthnRequest({ ...base, id: 'q1' }).xml).toContain(' ID="q1"')
})

test.each([
  ['https://idp.example.test/sso?tenant=1&x=%2F', 'https://idp.example.test/sso?tenant=1&x=%2F&'],
  ['https://idp.example.test/sso?', 'https://idp.example.test/sso?'],
  ['https://idp.example.test/sso', 'https://idp.example.test/sso?'],
])('keeps the query of %s', (ssoUrl, start) => {
  const { url } = buildAuthnRequest({ ...base, idp: { ssoUrl }, sign: { key: privateKey } })
  expect(url.startsWith(`${start}SAMLRequest=`)).toBe(true)
  const options = { keys: [publicKey], destination: ssoUrl }
  expect(readAuthnRequest({ binding: 'redirect', query: queryOf(url) }, options).signed).toBe(true)
})

test('a redirect signature covers the octets as sent, in any order of parameters', () => {
  const { url } = buildAuthnRequest({ ...base, relayState: 'é', sign: { key: privateKey } })
  const parts = queryOf(url).split('&')
  const query = [...parts].reverse().join('&')
  expect(readAuthnRequest({ binding: 'redirect', query }, { keys: [publicKey] }).relayState).toBe(
    'é',
  )
  const lower = queryOf(url).replace(/%[0-9A-F]{2}/g, code => code.toLowerCase())
  expect(() =>
    readAuthnRequest({ binding: 'redirect', query: lower }, { keys: [publicKey] }),
  ).toThrow(expect.objectContaining({ code: 'signature.value' }))
})

test('a post form carries an enveloped signature when a key is given', () => {
  const built = buildAuthnRequest({
    ...base,
    binding: 'post',
    relayState: 'r1',
    sign: { key: privateKey },
  })
  expect(built.url).toBe(base.idp.ssoUrl)
  const { SAMLRequest = '', RelayState = '' } = built.form ?? {}
  const request = readAuthnRequest(
    { binding: 'post', samlRequest: SAMLRequest, relayState: RelayState },
    { keys: [publicKey], requireSignature: true, destination: base.idp.ssoUrl, now },
  )
  expect(request).toMatchObject({ id: built.id, signed: true, relayState: 'r1' })
})

test('a post form without key and RelayState has the request alone', () => {
  const { form, xml } = buildAuthnRequest({ ...base, binding: 'post' })
  expect(form).toEqual({ SAMLRequest: Buffer.from(xml).toString('base64') })
  expect(xml).not.toContain('Signature')
})

test.each<[string, Partial<AuthnRequestOptions>]>([
  ['an ID that is no NCName', { id: '1x' }],
  ['a relative SSO URL', { idp: { ssoUrl: '/sso' } }],
  ['a javascript SSO URL', { idp: { ssoUrl: 'javascript:alert(1)' } }],
  ['a fragment', { idp: { ssoUrl: 'https://idp.example.test/sso#x' } }],
  ['a SAML parameter in the SSO URL', { idp: { ssoUrl: 'https://idp.test/?SAMLRequest=x' } }],
  ['an encoded SAML parameter', { idp: { ssoUrl: 'https://idp.test/?SigAl%67=x' } }],
  ['a relative ACS URL', { sp: { entityId: 'sp', acsUrl: 'acs' } }],
  ['an empty entity ID', { sp: { ...base.sp, entityId: '' } }],
  ['no time', { now: new Date(Number.NaN) }],
])('refuses %s', (_, change) => {
  expect(() => buildAuthnRequest({ ...base, ...change })).toThrow(
    expect.objectContaining({ code: 'option.invalid' }),
  )
})

test.each(['', 'x'.repeat(81), 'é'.repeat(41), 'a\nb', '\uD800', 'a\u0085b'])(
  'refuses the RelayState %j in both bindings',
  relayState => {
    const refusal = expect.objectContaining({ code: 'relay-state.invalid' })
    expect(() => buildAuthnRequest({ ...base, relayState })).toThrow(refusal)
    expect(() => buildAuthnRequest({ ...base, binding: 'post', relayState })).toThrow(refusal)
  },
)

test('any Unicode RelayState and entity ID is refused or read back equal', () => {
  const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 30 })
  fc.assert(
    fc.property(text, text, fc.boolean(), (relayState, entityId, signs) => {
      const sp = { ...base.sp, entityId }
      const sign = signs ? { sign: { key: privateKey } } : {}
      let url: string
      try {
        url = buildAuthnRequest({ ...base, sp, relayState, ...sign }).url
      } catch (error) {
        expect(error).toMatchObject({ code: expect.stringMatching(/^(relay-state|write)\./) })
        return
      }
      expect(url).toMatch(/^[\x21-\x7E]+$/)
      const request = readAuthnRequest(
        { binding: 'redirect', query: queryOf(url) },
        { keys: [publicKey] },
      )
      expect(request).toMatchObject({ relayState, issuer: entityId, signed: signs })
    }),
    { numRuns: 300 },
  )
})
