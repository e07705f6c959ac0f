import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { namespaces, statusCodes } from '../names.ts'
import { verifySignature } from '../signature/verify-signature.ts'
import { canonicalize } from '../xml/canonicalize.ts'
import { parseXml } from '../xml/parse.ts'
import { attribute, child, children } from '../xml/read.ts'
import type { AssertionOptions } from './assertion-element.ts'
import { issueResponse, issueResponseAsync } from './issue-response.ts'
import { verifyResponse } from './verify-response.ts'

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const foreignCertificate = readFileSync(
  new URL('../../tests/fixtures/saml-attacks/redirect-corpus/sp.crt', import.meta.url),
  'utf8',
)
const now = new Date('2026-11-21T01:00:00.250Z')
const idp = { entityId: 'https://idp.example.test/' }
const sp = { entityId: 'urn:amazon:webservices', acsUrl: 'https://signin.aws.amazon.com/saml' }
const facts: AssertionOptions = {
  idp,
  sp,
  now,
  subject: { nameId: 'alice' },
  attributes: {
    'https://aws.amazon.com/SAML/Attributes/Role': [
      'arn:aws:iam::111122223333:role/admin,arn:aws:iam::111122223333:saml-provider/corp',
    ],
    'https://aws.amazon.com/SAML/Attributes/RoleSessionName': 'alice@example.test',
  },
}

function receive(xml: string, inResponseTo: string | null = null) {
  return verifyResponse(Buffer.from(xml).toString('base64'), {
    idp: { entityId: idp.entityId, signingKeys: [publicKey] },
    sp,
    now,
    inResponseTo,
    replay: { seen: () => false },
  })
}

test.each(['assertion', 'response', 'both'] as const)(
  'is accepted when it signs %s',
  async sign => {
    for (const typedAttributeValues of [false, true]) {
      const xml = issueResponse(
        { ...facts, inResponseTo: '_q1', sessionIndex: 's1', typedAttributeValues },
        { key: privateKey, sign },
      )
      const verified = await receive(xml, '_q1')
      expect(verified.nameId.value).toBe('alice')
      expect(verified.sessionIndex).toBe('s1')
      expect(verified.inResponseTo).toBe('_q1')
      expect(Object.fromEntries(verified.attributes)).toEqual({
        'https://aws.amazon.com/SAML/Attributes/Role': [
          'arn:aws:iam::111122223333:role/admin,arn:aws:iam::111122223333:saml-provider/corp',
        ],
        'https://aws.amazon.com/SAML/Attributes/RoleSessionName': ['alice@example.test'],
      })
    }
  },
)

test('keeps whole attributes: order, empty and repeated values, qualifiers', async () => {
  const sessionNotOnOrAfter = new Date('2026-11-21T09:00:00Z')
  const xml = issueResponse(
    {
      ...facts,
      subject: { nameId: 'n', format: 'urn:f', nameQualifier: 'q', spNameQualifier: 's' },
      attributes: new Map<string, string | string[]>([
        ['b', ['2', '', '2']],
        ['a', 'x'],
      ]),
      sessionNotOnOrAfter,
      authnContextClassRef: 'urn:c',
    },
    { key: privateKey, sign: 'both' },
  )
  const verified = await receive(xml)
  expect([...verified.attributes]).toEqual([
    ['b', ['2', '', '2']],
    ['a', ['x']],
  ])
  expect(verified.nameId).toEqual({
    value: 'n',
    format: 'urn:f',
    nameQualifier: 'q',
    spNameQualifier: 's',
  })
  expect(verified.sessionNotOnOrAfter).toEqual(sessionNotOnOrAfter)
  expect(verified.authnContextClassRef).toBe('urn:c')
})

test('is its own canonical form, so it was signed as it was written', () => {
  const xml = issueResponse(facts, { key: privateKey, sign: 'both' })
  expect(canonicalize(parseXml(xml))).toBe(xml)
})

test('names the key by its certificate only when one is given, and never holds the private key', () => {
  const xml = issueResponse(facts, { key: privateKey, sign: 'both' })
  expect(xml).not.toContain('KeyInfo')
})

test('gives AWS one bearer confirmation with Recipient and NotOnOrAfter, and an audience', () => {
  const { root } = parseXml(issueResponse(facts, { key: privateKey, sign: 'assertion' }))
  const assertion = child(root, namespaces.saml, 'Assertion')
  const subject = assertion && child(assertion, namespaces.saml, 'Subject')
  const confirmation = subject && child(subject, namespaces.saml, 'SubjectConfirmation')
  const data = confirmation && child(confirmation, namespaces.saml, 'SubjectConfirmationData')
  expect(data && attribute(data, 'Recipient')).toBe(sp.acsUrl)
  expect(data && attribute(data, 'NotOnOrAfter')).toBe('2026-11-21T01:05:00.250Z')
  expect(data && attribute(data, 'NotBefore')).toBeUndefined()
  expect(data && attribute(data, 'InResponseTo')).toBeUndefined()
})

test('an error status has no assertion and is signed on the response whatever is asked', () => {
  const status = {
    code: statusCodes.responder,
    subCode: statusCodes.authnFailed,
    message: 'no <such> person',
  }
  for (const sign of ['assertion', 'response', 'both'] as const) {
    const xml = issueResponse({ idp, sp, now, status }, { key: privateKey, sign })
    const { root } = parseXml(verifySignature(xml, publicKey))
    expect(root.local).toBe('Response')
    expect(children(root, namespaces.saml, 'Assertion')).toEqual([])
    expect(xml).toContain(statusCodes.authnFailed)
    expect(xml).toContain('no &lt;such&gt; person')
  }
})

test.each<[string, Partial<AssertionOptions>]>([
  ['empty name', { subject: { nameId: '' } }],
  ['empty audience', { sp: { ...sp, entityId: '' } }],
  ['empty issuer', { idp: { entityId: '' } }],
  ['zero lifetime', { lifetimeSeconds: 0 }],
  ['lifetime of a day', { lifetimeSeconds: 86_400 }],
  ['broken lifetime', { lifetimeSeconds: Number.NaN }],
  ['repeated attribute', { attributes: [['a', '1'] as const, ['a', '2'] as const] }],
  ['nameless attribute', { attributes: { '': 'x' } }],
  ['ID that is no NCName', { assertionId: '1' }],
  ['request ID that is no NCName', { inResponseTo: '"' }],
  ['one ID for both', { assertionId: '_a', responseId: '_a' }],
  ['empty format', { subject: { nameId: 'n', format: '' } }],
  ['no time', { now: new Date(Number.NaN) }],
])('refuses %s', (_, change) => {
  expect(() => issueResponse({ ...facts, ...change }, { key: privateKey, sign: 'both' })).toThrow(
    expect.objectContaining({ code: 'option.invalid' }),
  )
})

test('refuses a success without assertion', () => {
  const status = { code: statusCodes.success }
  expect(() => issueResponse({ idp, sp, now, status }, { key: privateKey, sign: 'both' })).toThrow(
    expect.objectContaining({ code: 'option.invalid' }),
  )
})

test('refuses a key that is weak or does not fit its algorithm', () => {
  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey
  const refusal = expect.objectContaining({ code: 'option.invalid' })
  expect(() => issueResponse(facts, { key: weak, sign: 'both' })).toThrow(refusal)
  expect(() =>
    issueResponse(facts, { key: privateKey, algorithm: 'ecdsa-sha256', sign: 'both' }),
  ).toThrow(refusal)
  expect(() => issueResponse(facts, { key: 'no key', sign: 'both' })).toThrow(refusal)
  expect(() => issueResponse(facts, { key: publicKey, sign: 'both' })).toThrow(refusal)
  expect(() =>
    issueResponse(facts, { key: privateKey, certificate: foreignCertificate, sign: 'both' }),
  ).toThrow(refusal)
})

test.each([
  ['P-256', 'ecdsa-sha256'],
  ['P-384', 'ecdsa-sha384'],
  ['P-521', 'ecdsa-sha512'],
] as const)('signs with a key on %s as %s', (namedCurve, algorithm) => {
  const pair = generateKeyPairSync('ec', { namedCurve })
  const xml = issueResponse(facts, { key: pair.privateKey, sign: 'response' })
  expect(xml).toContain(`#${algorithm}"`)
  expect(verifySignature(xml, pair.publicKey)).toContain('alice')
})

test('any Unicode name and attribute is refused or comes back equal', async () => {
  const text = fc.string({ unit: 'binary', maxLength: 40 })
  await fc.assert(
    fc.asyncProperty(text, text, fc.array(text), async (nameId, name, values) => {
      const attributes: [string, string[]][] = [[name, values]]
      let xml: string
      try {
        xml = issueResponse(
          { ...facts, subject: { nameId }, attributes },
          { key: privateKey, sign: 'assertion' },
        )
      } catch (error) {
        expect(error).toMatchObject({ code: expect.stringMatching(/^(write|option)\./) })
        return
      }
      const verified = await receive(xml)
      expect(verified.nameId.value).toBe(nameId)
      expect([...verified.attributes]).toEqual(attributes)
    }),
    { numRuns: 200 },
  )
})

test('the thread pool makes the same response, and either is read back where that is asked for', async () => {
  const options = {
    idp: { entityId: 'https://idp.example.test' },
    sp: { entityId: 'https://sp.example.test', acsUrl: 'https://sp.example.test/acs' },
    subject: { nameId: 'alice' },
    attributes: { groups: ['a & b', '<c>'] },
    now,
    responseId: '_r',
    assertionId: '_a',
  }
  for (const sign of ['assertion', 'response', 'both'] as const) {
    const signing = { key: privateKey, sign, readBack: true }
    // RSA PKCS #1 v1.5 is deterministic.
    expect(await issueResponseAsync(options, signing)).toBe(issueResponse(options, signing))
  }
  const encrypt = { key: createPublicKey(privateKey) }
  const sealed = { key: privateKey, sign: 'assertion', encrypt, readBack: true } as const
  expect(issueResponse(options, sealed)).toContain('EncryptedAssertion')
  await expect(
    issueResponseAsync({ ...options, now: new Date(Number.NaN) }, sealed),
  ).rejects.toMatchObject({ code: 'option.invalid' })
})
