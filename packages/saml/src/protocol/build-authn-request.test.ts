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

test('a redirect carries every fact to the reader', async () => {
  const built = buildAuthnRequest({
    ...base,
    relayState: 'r 1+é&=',
    forceAuthn: true,
    isPassive: false,
    nameIdFormat: nameIdFormats.persistent,
    spNameQualifier: 'urn:q',
    allowCreate: false,
    authnContextClassRefs: ['urn:a', 'urn:b'],
    authnContextComparison: 'better',
    subject: { value: 'alice', nameQualifier: 'urn:n' },
    attributeConsumingServiceIndex: 3,
    providerName: 'An app',
    scoping: { proxyCount: 0, idpList: ['urn:i'], requesterIds: ['urn:r'] },
  })
  expect(built.form).toBeUndefined()
  expect(
    await readAuthnRequest({ binding: 'redirect', query: queryOf(built.url) }, { now }),
  ).toEqual({
    id: built.id,
    issuer: base.sp.entityId,
    acsUrl: base.sp.acsUrl,
    destination: base.idp.ssoUrl,
    issueInstant: now,
    protocolBinding: bindings.post,
    forceAuthn: true,
    isPassive: false,
    nameIdPolicy: {
      format: nameIdFormats.persistent,
      spNameQualifier: 'urn:q',
      allowCreate: false,
    },
    requestedAuthnContext: {
      comparison: 'better',
      classRefs: ['urn:a', 'urn:b'],
      declRefs: [],
    },
    subject: { value: 'alice', format: nameIdFormats.unspecified, nameQualifier: 'urn:n' },
    attributeConsumingServiceIndex: 3,
    providerName: 'An app',
    scoping: { proxyCount: 0, idpList: ['urn:i'], requesterIds: ['urn:r'] },
    relayState: 'r 1+é&=',
    signed: false,
  })
})

test('an index stands in place of the URL and the binding', async () => {
  const { url } = buildAuthnRequest({ ...base, sp: { entityId: 'urn:sp', acsIndex: 4 } })
  expect(await readAuthnRequest({ binding: 'redirect', query: queryOf(url) })).toEqual({
    id: expect.any(String),
    issuer: 'urn:sp',
    acsIndex: 4,
    destination: base.idp.ssoUrl,
    issueInstant: now,
    forceAuthn: false,
    isPassive: false,
    signed: false,
  })
})

test('a policy allows to create an identifier unless told otherwise', () => {
  const { xml } = buildAuthnRequest({ ...base, spNameQualifier: 'urn:q' })
  expect(xml).toContain(
    '<samlp:NameIDPolicy AllowCreate="true" SPNameQualifier="urn:q"></samlp:NameIDPolicy>',
  )
  expect(buildAuthnRequest(base).xml).not.toContain('NameIDPolicy')
})

test('ids are fresh, or the one that is given', () => {
  expect(buildAuthnRequest(base).id).toMatch(/^_[0-9a-f]{64}$/)
  expect(buildAuthnRequest(base).id).not.toBe(buildAuthnRequest(base).id)
  expect(buildAuthnRequest({ ...base, id: 'q1' }).xml).toContain(' ID="q1"')
})

test.each([
  ['https://idp.example.test/sso?tenant=1&x=%2F', 'https://idp.example.test/sso?tenant=1&x=%2F&'],
  ['https://idp.example.test/sso?', 'https://idp.example.test/sso?'],
  ['https://idp.example.test/sso', 'https://idp.example.test/sso?'],
])('keeps the query of %s', async (ssoUrl, start) => {
  const { url } = buildAuthnRequest({ ...base, idp: { ssoUrl }, sign: { key: privateKey } })
  expect(url.startsWith(`${start}SAMLRequest=`)).toBe(true)
  const options = { keys: [publicKey], destination: ssoUrl }
  expect(
    (await readAuthnRequest({ binding: 'redirect', query: queryOf(url) }, options)).signed,
  ).toBe(true)
})

test('a redirect signature covers the octets as sent, in any order of parameters', async () => {
  const { url } = buildAuthnRequest({ ...base, relayState: 'é', sign: { key: privateKey } })
  const parts = queryOf(url).split('&')
  const query = [...parts].reverse().join('&')
  expect(
    (await readAuthnRequest({ binding: 'redirect', query }, { keys: [publicKey] })).relayState,
  ).toBe('é')
  const lower = queryOf(url).replace(/%[0-9A-F]{2}/g, code => code.toLowerCase())
  await expect(
    readAuthnRequest({ binding: 'redirect', query: lower }, { keys: [publicKey] }),
  ).rejects.toThrow(expect.objectContaining({ code: 'signature.value' }))
})

test('a post form carries an enveloped signature when a key is given', async () => {
  const built = buildAuthnRequest({
    ...base,
    binding: 'post',
    relayState: 'r1',
    sign: { key: privateKey },
  })
  expect(built.url).toBe(base.idp.ssoUrl)
  const { SAMLRequest = '', RelayState = '' } = built.form ?? {}
  const request = await readAuthnRequest(
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
  ['neither URL nor index', { sp: { entityId: 'sp' } }],
  ['both URL and index', { sp: { ...base.sp, acsIndex: 1 } }],
  ['an index that is none', { sp: { entityId: 'sp', acsIndex: 1.5 } }],
  ['an attribute index too big', { attributeConsumingServiceIndex: 65_536 }],
  ['a comparison with nothing', { authnContextComparison: 'minimum' }],
  ['a subject without name', { subject: { value: ' ' } }],
  ['another binding', { binding: 'soap' as 'post' }],
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

test('any Unicode RelayState and entity ID is refused or read back equal', async () => {
  const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 30 })
  await fc.assert(
    fc.asyncProperty(text, text, fc.boolean(), async (relayState, entityId, signs) => {
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
      const request = await readAuthnRequest(
        { binding: 'redirect', query: queryOf(url) },
        { keys: [publicKey] },
      )
      expect(request).toMatchObject({ relayState, issuer: entityId, signed: signs })
    }),
    { numRuns: 300 },
  )
})
