import { generateKeyPairSync, sign } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { SamlError } from '../errors.ts'
import { nameIdFormats, namespaces } from '../names.ts'
import { signXml } from '../signature/sign-xml.ts'
import { encodePost } from './post-binding.ts'
import { type ReadAuthnRequestOptions, readAuthnRequest } from './read-authn-request.ts'

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const now = new Date('2026-11-21T01:00:00Z')
const destination = 'https://idp.example.test/sso'
const issuer = 'https://sp.example.test/metadata'

interface Parts {
  attributes?: Record<string, string | undefined>
  issuer?: string
  rest?: string
}

function requestXml({ attributes = {}, issuer: name = issuer, rest = '' }: Parts = {}): string {
  const all = {
    ID: '_q1',
    Version: '2.0',
    IssueInstant: '2026-11-21T00:59:30Z',
    Destination: destination,
    ...attributes,
  }
  const text = Object.entries(all)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${value}"`)
  return (
    `<samlp:AuthnRequest xmlns:samlp="${namespaces.samlp}" xmlns:saml="${namespaces.saml}"` +
    `${text.join('')}><saml:Issuer>${name}</saml:Issuer>${rest}</samlp:AuthnRequest>`
  )
}

function receive(xml: string, options: ReadAuthnRequestOptions = {}) {
  return readAuthnRequest(
    { binding: 'post', samlRequest: encodePost(xml) },
    { keys: [publicKey], destination, now, ...options },
  )
}

function code(value: string) {
  return expect.objectContaining({ code: value })
}

test('reads an unsigned request with nothing optional in it', () => {
  expect(receive(requestXml({ attributes: { Destination: undefined } }))).toEqual({
    id: '_q1',
    issuer,
    issueInstant: new Date('2026-11-21T00:59:30Z'),
    forceAuthn: false,
    isPassive: false,
    authnContextClassRefs: [],
    signed: false,
  })
})

test('reads the index, the policy and the flags', () => {
  const xml = requestXml({
    attributes: { AssertionConsumerServiceIndex: '65535', ForceAuthn: '1', IsPassive: 'true' },
    rest: `<samlp:NameIDPolicy Format="${nameIdFormats.transient}"/>`,
  })
  expect(receive(xml)).toMatchObject({
    acsIndex: 65_535,
    forceAuthn: true,
    isPassive: true,
    nameIdFormat: nameIdFormats.transient,
  })
})

test('reads the name of the person who is asked for', () => {
  const rest = '<saml:Subject><saml:NameID>al<!-- -->ice</saml:NameID></saml:Subject>'
  expect(receive(requestXml({ rest })).subjectNameId).toBe('alice')
  expect(receive(requestXml({ rest: '<saml:Subject/>' })).subjectNameId).toBeUndefined()
})

test('reads the authentication contexts that are accepted', () => {
  const refs = ['urn:a', 'urn:b'].map(
    name => `<saml:AuthnContextClassRef>${name}</saml:AuthnContextClassRef>`,
  )
  const facts = ['', ' Comparison="exact"'].map(attributes =>
    receive(
      requestXml({
        rest: `<samlp:RequestedAuthnContext${attributes}>${refs.join('')}</samlp:RequestedAuthnContext>`,
      }),
    ),
  )
  for (const { authnContextClassRefs } of facts) {
    expect(authnContextClassRefs).toEqual(['urn:a', 'urn:b'])
  }
})

const asking = (inner: string, attributes = '') => ({
  rest: `<samlp:RequestedAuthnContext${attributes}>${inner}</samlp:RequestedAuthnContext>`,
})
const classRef = '<saml:AuthnContextClassRef>urn:a</saml:AuthnContextClassRef>'
const declRef = '<saml:AuthnContextDeclRef>urn:a</saml:AuthnContextDeclRef>'

test.each<[string, Parts]>([
  ['an encrypted name', { rest: '<saml:Subject><saml:EncryptedID/></saml:Subject>' }],
  ['a name of its own kind', { rest: '<saml:Subject><saml:BaseID/></saml:Subject>' }],
  ['a declaration', asking(declRef)],
  ['a declaration beside a class', asking(classRef + declRef)],
  ['at least a class', asking(classRef, ' Comparison="minimum"')],
  ['a better class', asking(classRef, ' Comparison="better"')],
  ['at most a class', asking(classRef, ' Comparison="maximum"')],
  ['another comparison', asking(classRef, ' Comparison="x"')],
])('does not pass over a demand: %s', (_, parts) => {
  expect(() => receive(requestXml(parts))).toThrow(code('request.unsupported'))
})

test('refuses a demand for no context at all', () => {
  expect(() => receive(requestXml(asking('')))).toThrow(code('request.malformed'))
})

test.each<[string, Parts, string]>([
  ['another version', { attributes: { Version: '1.1' } }, 'request.version'],
  ['no version', { attributes: { Version: undefined } }, 'request.version'],
  ['no ID', { attributes: { ID: undefined } }, 'request.malformed'],
  ['an ID that is no NCName', { attributes: { ID: '1 2' } }, 'request.malformed'],
  ['no IssueInstant', { attributes: { IssueInstant: undefined } }, 'xml.time'],
  ['a local time', { attributes: { IssueInstant: '2026-11-21T00:59:30' } }, 'xml.time'],
  ['an old request', { attributes: { IssueInstant: '2026-11-21T00:53:59Z' } }, 'request.time'],
  ['a future request', { attributes: { IssueInstant: '2026-11-21T01:01:01Z' } }, 'request.time'],
  ['another endpoint', { attributes: { Destination: `${destination}/` } }, 'request.destination'],
  ['an empty destination', { attributes: { Destination: '' } }, 'request.destination'],
  [
    'an index too big',
    { attributes: { AssertionConsumerServiceIndex: '65536' } },
    'request.malformed',
  ],
  [
    'a negative index',
    { attributes: { AssertionConsumerServiceIndex: '-1' } },
    'request.malformed',
  ],
  ['a flag that is none', { attributes: { ForceAuthn: 'TRUE' } }, 'request.malformed'],
  [
    'an index beside a URL',
    {
      attributes: { AssertionConsumerServiceIndex: '0', AssertionConsumerServiceURL: 'https://a' },
    },
    'request.malformed',
  ],
  ['an empty issuer', { issuer: '' }, 'request.issuer'],
  ['an element in the issuer', { issuer: '<saml:X/>' }, 'xml.structure'],
  ['two issuers', { rest: '<saml:Issuer>b</saml:Issuer>' }, 'xml.structure'],
])('refuses %s', (_, parts, expected) => {
  expect(() => receive(requestXml(parts))).toThrow(code(expected))
})

test('the window of IssueInstant is closed at both ends', () => {
  for (const IssueInstant of ['2026-11-21T00:54:00Z', '2026-11-21T01:01:00Z']) {
    expect(receive(requestXml({ attributes: { IssueInstant } })).id).toBe('_q1')
  }
  const early = requestXml({ attributes: { IssueInstant: '2026-11-21T00:55:00Z' } })
  expect(receive(early, { clockSkewSeconds: 0 }).id).toBe('_q1')
  expect(() => receive(early, { clockSkewSeconds: 301 })).toThrow(code('option.invalid'))
})

test.each([
  `<samlp:Response xmlns:samlp="${namespaces.samlp}" ID="_q1" Version="2.0"/>`,
  requestXml().replaceAll(namespaces.samlp, 'urn:other'),
  `<!DOCTYPE x><x/>`,
  '',
  'not XML',
])('refuses what is no AuthnRequest: %j', xml => {
  expect(() => receive(xml)).toThrow(SamlError)
})

test('refuses lenient base64 and a field beyond its bound', () => {
  const samlRequest = encodePost(requestXml())
  expect(readAuthnRequest({ binding: 'post', samlRequest: `${samlRequest}\r\n` }).id).toBe('_q1')
  for (const field of [`!${samlRequest}`, samlRequest.replace(/.$/, '')]) {
    expect(() => readAuthnRequest({ binding: 'post', samlRequest: field })).toThrow(SamlError)
  }
  expect(() => readAuthnRequest({ binding: 'post', samlRequest: 'A'.repeat(600_000) })).toThrow(
    code('post.invalid'),
  )
})

test('a signature must be by the pinned key, and is asked for when it is required', () => {
  const signed = signXml(requestXml(), { key: privateKey })
  expect(receive(signed).signed).toBe(true)
  expect(receive(signed, { requireSignature: true }).signed).toBe(true)
  expect(() => receive(signed, { keys: [stranger.publicKey] })).toThrow(code('signature.value'))
  expect(() => receive(signed, { keys: [] })).toThrow(code('request.signature'))
  expect(() => receive(requestXml(), { requireSignature: true })).toThrow(code('request.signature'))
})

test('a signed request must name its destination', () => {
  const xml = requestXml({ attributes: { Destination: undefined } })
  expect(() => receive(signXml(xml, { key: privateKey }))).toThrow(code('request.destination'))
})

test('keys are found by the issuer; an unknown one is refused, signed or not', () => {
  const keys = (name: string) => (name === issuer ? [publicKey] : undefined)
  expect(receive(requestXml(), { keys }).issuer).toBe(issuer)
  expect(receive(signXml(requestXml(), { key: privateKey }), { keys }).signed).toBe(true)
  const unknown = requestXml({ issuer: 'https://other.example.test' })
  expect(() => receive(unknown, { keys })).toThrow(code('request.issuer'))
})

test('every change of a signed request is refused', () => {
  const signed = signXml(requestXml(), { key: privateKey })
  for (const [from, to] of [
    [issuer, `${issuer}x`],
    ['2026-11-21T00:59:30Z', '2026-11-21T00:59:31Z'],
    [' Version=', ' ForceAuthn="true" Version='],
    ['</samlp:AuthnRequest>', '<samlp:Scoping/></samlp:AuthnRequest>'],
  ] as const) {
    const changed = signed.replace(from, to)
    expect(changed).not.toBe(signed)
    expect(() => receive(changed)).toThrow(code('signature.digest'))
  }
})

test('a signed request wrapped in another is refused', () => {
  const signed = signXml(requestXml(), { key: privateKey })
  const [signature = ''] = /<ds:Signature .*<\/ds:Signature>/.exec(signed) ?? []
  expect(signature).not.toBe('')
  const evil = { attributes: { ID: '_evil' }, issuer: 'https://evil.test' }
  const wrapped = [
    requestXml({ ...evil, rest: `<samlp:Extensions>${signed}</samlp:Extensions>` }),
    requestXml({
      ...evil,
      rest: `${signature}<samlp:Extensions>${requestXml()}</samlp:Extensions>`,
    }),
    requestXml({ issuer: 'https://evil.test', rest: `${signature}${requestXml()}` }),
  ]
  for (const xml of wrapped) expect(() => receive(xml)).toThrow(SamlError)
})

test('refuses an XML signature in a redirect', () => {
  const signed = signXml(requestXml(), { key: privateKey })
  const query = `SAMLRequest=${encodeURIComponent(deflateRawSync(signed).toString('base64'))}`
  expect(() => readAuthnRequest({ binding: 'redirect', query }, { keys: [publicKey] })).toThrow(
    code('request.signature'),
  )
})

test('verifies a redirect over its raw octets, however the sender encodes', () => {
  const deflated = encodeURIComponent(deflateRawSync(requestXml()).toString('base64'))
  const algorithm = 'http%3a%2f%2fwww.w3.org/2001/04/xmldsig-more%23ecdsa-sha256'
  const lower = deflated.replace(/%[0-9A-F]{2}/g, each => each.toLowerCase())
  const octets = `SAMLRequest=${lower}&RelayState=%72s+1&SigAlg=${algorithm}`
  const value = sign('sha256', Buffer.from(octets), { key: privateKey, dsaEncoding: 'ieee-p1363' })
  const query = `${octets}&Signature=${encodeURIComponent(value.toString('base64'))}`
  const options = { keys: [publicKey], requireSignature: true, destination, now }
  expect(readAuthnRequest({ binding: 'redirect', query }, options)).toMatchObject({
    signed: true,
    relayState: 'rs 1',
  })
  for (const changed of [
    query.replace('%72s', 'rs'),
    query.replace('%3a', '%3A'),
    query.replace('&RelayState=%72s+1', ''),
    query.replace('%72s+1', ''),
  ]) {
    expect(() => readAuthnRequest({ binding: 'redirect', query: changed }, options)).toThrow(
      code('signature.value'),
    )
  }
})

test.each(['a\u0000b', 'a\nb', 'x'.repeat(1025)])('refuses the RelayState %j', relayState => {
  const samlRequest = encodePost(requestXml())
  expect(() => readAuthnRequest({ binding: 'post', samlRequest, relayState })).toThrow(
    code('relay-state.invalid'),
  )
})
