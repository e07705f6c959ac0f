import { generateKeyPairSync, sign } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { SamlError } from '../errors.ts'
import { nameIdFormats, namespaces } from '../names.ts'
import { signXml } from '../signature/sign-xml.ts'
import { encodePost } from './post-binding.ts'
import { type ReadAuthnRequestOptions, readAuthnRequest } from './read-authn-request.ts'
import type { RequestSender } from './request-refusal.ts'

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

type Options = {
  readonly [K in keyof ReadAuthnRequestOptions]: ReadAuthnRequestOptions[K] | undefined
}

function receive(xml: string, options: Options = {}) {
  const all = { keys: [publicKey], destination, now, ...options }
  const given = Object.fromEntries(Object.entries(all).filter(([, each]) => each !== undefined))
  return readAuthnRequest({ binding: 'post', samlRequest: encodePost(xml) }, given)
}

function code(value: string) {
  return expect.objectContaining({ code: value })
}

test('reads an unsigned request with nothing optional in it', async () => {
  expect(await receive(requestXml({ attributes: { Destination: undefined } }))).toEqual({
    id: '_q1',
    issuer,
    issueInstant: new Date('2026-11-21T00:59:30Z'),
    forceAuthn: false,
    isPassive: false,
    signed: false,
  })
})

const asking = (inner: string, attributes = '') => ({
  rest: `<samlp:RequestedAuthnContext${attributes}>${inner}</samlp:RequestedAuthnContext>`,
})
const classRef = '<saml:AuthnContextClassRef>urn:a</saml:AuthnContextClassRef>'
const declRef = '<saml:AuthnContextDeclRef>urn:d</saml:AuthnContextDeclRef>'

test('reads everything that the schema has', async () => {
  const xml = requestXml({
    attributes: {
      AssertionConsumerServiceIndex: '65535',
      AttributeConsumingServiceIndex: '2',
      ProviderName: 'An app',
      ForceAuthn: '1',
      IsPassive: 'true',
      Consent: 'urn:oasis:names:tc:SAML:2.0:consent:obtained',
    },
    rest:
      '<samlp:Extensions><x xmlns="urn:x"/></samlp:Extensions>' +
      '<saml:Subject><saml:NameID Format="urn:f" SPNameQualifier="q">al<!-- -->ice</saml:NameID></saml:Subject>' +
      `<samlp:NameIDPolicy Format="${nameIdFormats.transient}" SPNameQualifier="${issuer}" AllowCreate="1"/>` +
      '<saml:Conditions/>' +
      asking(classRef + classRef.replace('urn:a', 'urn:b'), ' Comparison="minimum"').rest +
      '<samlp:Scoping ProxyCount="1"><samlp:IDPList><samlp:IDPEntry ProviderID="urn:idp" Name="x"/>' +
      '<samlp:GetComplete>https://x.test/</samlp:GetComplete></samlp:IDPList>' +
      '<samlp:RequesterID>urn:r</samlp:RequesterID></samlp:Scoping>',
  })
  expect(await receive(xml)).toEqual({
    id: '_q1',
    issuer,
    destination,
    issueInstant: new Date('2026-11-21T00:59:30Z'),
    acsIndex: 65_535,
    attributeConsumingServiceIndex: 2,
    providerName: 'An app',
    forceAuthn: true,
    isPassive: true,
    subject: { value: 'alice', format: 'urn:f', spNameQualifier: 'q' },
    nameIdPolicy: { format: nameIdFormats.transient, spNameQualifier: issuer, allowCreate: true },
    requestedAuthnContext: { comparison: 'minimum', classRefs: ['urn:a', 'urn:b'], declRefs: [] },
    scoping: { proxyCount: 1, idpList: ['urn:idp'], requesterIds: ['urn:r'] },
    signed: false,
  })
})

test('a policy of an unspecified format leaves the format open', async () => {
  const rest = `<samlp:NameIDPolicy Format="${nameIdFormats.unspecified}"/>`
  expect((await receive(requestXml({ rest }))).nameIdPolicy).toEqual({ allowCreate: false })
})

test('contexts are compared by exact where nothing else is said; declarations are kept apart', async () => {
  expect((await receive(requestXml(asking(classRef)))).requestedAuthnContext).toEqual({
    comparison: 'exact',
    classRefs: ['urn:a'],
    declRefs: [],
  })
  expect((await receive(requestXml(asking(declRef)))).requestedAuthnContext).toEqual({
    comparison: 'exact',
    classRefs: [],
    declRefs: ['urn:d'],
  })
})

const name = '<saml:NameID>alice</saml:NameID>'
const subject = (inner: string) => ({ rest: `<saml:Subject>${inner}</saml:Subject>` })
const policy = '<samlp:NameIDPolicy/>'

test.each<[string, Parts]>([
  ['an encrypted name', subject('<saml:EncryptedID/>')],
  ['a name of its own kind', subject('<saml:BaseID/>')],
  ['a confirmation', subject(`${name}<saml:SubjectConfirmation Method="urn:m"/>`)],
])('does not pass over a demand: %s', async (_, parts) => {
  await expect(receive(requestXml(parts))).rejects.toThrow(code('request.unsupported'))
})

test.each<[string, Parts]>([
  ['no context at all', asking('')],
  ['a declaration beside a class', asking(classRef + declRef)],
  ['another comparison', asking(classRef, ' Comparison="x"')],
  ['an empty Subject', subject('')],
  ['a Subject without a name in it', subject('<saml:NameID> </saml:NameID>')],
  ['two names', subject(name + name)],
  ['two policies', { rest: policy + policy }],
  ['a policy with content', { rest: '<samlp:NameIDPolicy><x/></samlp:NameIDPolicy>' }],
  ['a policy before the Subject', { rest: `${policy}<saml:Subject>${name}</saml:Subject>` }],
  ['a child that the schema has not', { rest: '<samlp:Status/>' }],
  ['an attribute that the schema has not', { attributes: { Id: '_q1' } }],
  ['an attribute of another namespace', { attributes: { 'xml:lang': 'en' } }],
  ['a policy flag that is none', { rest: '<samlp:NameIDPolicy AllowCreate="yes"/>' }],
  ['a proxy count below zero', { rest: '<samlp:Scoping ProxyCount="-1"/>' }],
  [
    'an entry without entity ID',
    { rest: '<samlp:Scoping><samlp:IDPList><samlp:IDPEntry/></samlp:IDPList></samlp:Scoping>' },
  ],
  ['an attribute index too big', { attributes: { AttributeConsumingServiceIndex: '65536' } }],
])('refuses %s', async (_, parts) => {
  await expect(receive(requestXml(parts))).rejects.toThrow(code('request.malformed'))
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
])('refuses %s', async (_, parts, expected) => {
  await expect(receive(requestXml(parts))).rejects.toThrow(code(expected))
})

test('the window of IssueInstant is closed at both ends', async () => {
  for (const IssueInstant of ['2026-11-21T00:54:00Z', '2026-11-21T01:01:00Z']) {
    expect((await receive(requestXml({ attributes: { IssueInstant } }))).id).toBe('_q1')
  }
  const early = requestXml({ attributes: { IssueInstant: '2026-11-21T00:55:00Z' } })
  expect((await receive(early, { clockSkewSeconds: 0 })).id).toBe('_q1')
  await expect(receive(early, { clockSkewSeconds: 301 })).rejects.toThrow(code('option.invalid'))
})

test.each([
  `<samlp:Response xmlns:samlp="${namespaces.samlp}" ID="_q1" Version="2.0"/>`,
  requestXml().replaceAll(namespaces.samlp, 'urn:other'),
  `<!DOCTYPE x><x/>`,
  '',
  'not XML',
])('refuses what is no AuthnRequest: %j', async xml => {
  await expect(receive(xml)).rejects.toThrow(SamlError)
})

test('refuses lenient base64 and a field beyond its bound', async () => {
  const samlRequest = encodePost(requestXml())
  expect((await readAuthnRequest({ binding: 'post', samlRequest: `${samlRequest}\r\n` })).id).toBe(
    '_q1',
  )
  for (const field of [`!${samlRequest}`, samlRequest.replace(/.$/, '')]) {
    await expect(readAuthnRequest({ binding: 'post', samlRequest: field })).rejects.toThrow(
      SamlError,
    )
  }
  await expect(
    readAuthnRequest({ binding: 'post', samlRequest: 'A'.repeat(600_000) }),
  ).rejects.toThrow(code('post.invalid'))
})

test('a signature must be by the pinned key, and is asked for when it is required', async () => {
  const signed = signXml(requestXml(), { key: privateKey })
  expect((await receive(signed)).signed).toBe(true)
  expect((await receive(signed, { requireSignature: true })).signed).toBe(true)
  await expect(receive(signed, { keys: [stranger.publicKey] })).rejects.toThrow(
    code('signature.value'),
  )
  await expect(receive(signed, { keys: [] })).rejects.toThrow(code('request.signature'))
  await expect(receive(requestXml(), { requireSignature: true })).rejects.toThrow(
    code('request.signature'),
  )
})

test('a signed request must name its destination', async () => {
  const xml = requestXml({ attributes: { Destination: undefined } })
  await expect(receive(signXml(xml, { key: privateKey }))).rejects.toThrow(
    code('request.destination'),
  )
})

/** Service providers by their entity ID, of which one is known. */
function knowing(authnRequestsSigned: boolean): Options {
  const sp = {
    acsEndpoints: [],
    signingCertificates: [publicKey],
    authnRequestsSigned,
  }
  return { entity: id => (id === issuer ? { entityId: issuer, sp } : undefined), keys: undefined }
}

test('keys are found by the issuer; an unknown one is refused, signed or not', async () => {
  const entity = knowing(false)
  const signed = signXml(requestXml(), { key: privateKey })
  expect((await receive(requestXml(), entity)).issuer).toBe(issuer)
  expect((await receive(signed, entity)).signed).toBe(true)
  const unknown = requestXml({ issuer: 'https://other.example.test' })
  await expect(receive(unknown, entity)).rejects.toThrow(code('request.issuer'))
  const byStranger = signXml(requestXml(), { key: stranger.privateKey })
  await expect(receive(byStranger, entity)).rejects.toThrow(code('signature.value'))
})

test('an entity that is found later, is another one or no service provider', async () => {
  const found = (entity: RequestSender) => ({ entity: async () => entity, keys: undefined })
  await expect(receive(requestXml(), found({ entityId: issuer }))).rejects.toThrow(
    code('request.issuer'),
  )
  const { sp } = (await knowing(false).entity?.(issuer)) ?? {}
  if (sp === undefined) return expect.unreachable()
  expect((await receive(requestXml(), found({ entityId: issuer, sp }))).issuer).toBe(issuer)
  await expect(receive(requestXml(), found({ entityId: `${issuer}x`, sp }))).rejects.toThrow(
    code('request.issuer'),
  )
})

test('an unsigned request is refused when the metadata says that requests are signed', async () => {
  const entity = knowing(true)
  await expect(receive(requestXml(), entity)).rejects.toThrow(code('request.signature'))
  expect((await receive(signXml(requestXml(), { key: privateKey }), entity)).signed).toBe(true)
})

describe('a request is taken once', () => {
  /** A store that forgets exactly when it may, at a clock that is set. */
  const records = new Map<string, Date>()
  const replay = (clock: Date) => ({
    seen(id: string, until: Date) {
      const record = records.get(id)
      if (record !== undefined && record > clock) return true
      records.set(id, until)
      return false
    },
  })

  test('whenever it comes again, and by its own issuer', async () => {
    records.clear()
    let passed = 0
    for (const ms of [0, 1, 60_000, 329_999, 330_000, 330_001, 400_000]) {
      const at = new Date(now.getTime() + ms)
      const result = receive(requestXml(), { now: at, replay: replay(at) })
      passed += await result.then(
        () => 1,
        (error: SamlError) => {
          expect(error.code).toBe(ms <= 330_000 ? 'request.replayed' : 'request.time')
          return 0
        },
      )
    }
    expect(passed).toBe(1)
    const other = requestXml({ issuer: 'https://other.example.test' })
    expect((await receive(other, { replay: replay(now) })).id).toBe('_q1')
  })

  test('nothing that is refused is recorded', async () => {
    records.clear()
    const stale = requestXml({ attributes: { IssueInstant: '2026-11-21T00:00:00Z' } })
    await expect(receive(stale, { replay: replay(now) })).rejects.toThrow(code('request.time'))
    expect(records.size).toBe(0)
  })

  test.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('down')
      },
    ],
    ['rejects', () => Promise.reject(new Error('down'))],
    ['answers nothing', () => undefined],
    ['answers 0', () => 0],
  ])('a store that %s refuses', async (_, seen) => {
    const store = { seen: seen as () => boolean }
    await expect(receive(requestXml(), { replay: store })).rejects.toThrow(
      code('request.replay-store'),
    )
  })

  test('a store without a clock, or without seen, is no option', async () => {
    await expect(receive(requestXml(), { replay: replay(now), now: undefined })).rejects.toThrow(
      code('option.invalid'),
    )
    await expect(receive(requestXml(), { replay: {} as { seen: () => boolean } })).rejects.toThrow(
      code('option.invalid'),
    )
  })
})

test('every change of a signed request is refused', async () => {
  const signed = signXml(requestXml(), { key: privateKey })
  for (const [from, to] of [
    [issuer, `${issuer}x`],
    ['2026-11-21T00:59:30Z', '2026-11-21T00:59:31Z'],
    [' Version=', ' ForceAuthn="true" Version='],
    ['</samlp:AuthnRequest>', '<samlp:Scoping/></samlp:AuthnRequest>'],
  ] as const) {
    const changed = signed.replace(from, to)
    expect(changed).not.toBe(signed)
    await expect(receive(changed)).rejects.toThrow(code('signature.digest'))
  }
})

test('a signed request wrapped in another is refused', async () => {
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
  for (const xml of wrapped) await expect(receive(xml)).rejects.toThrow(SamlError)
})

test('refuses an XML signature in a redirect', async () => {
  const signed = signXml(requestXml(), { key: privateKey })
  const query = `SAMLRequest=${encodeURIComponent(deflateRawSync(signed).toString('base64'))}`
  await expect(
    readAuthnRequest({ binding: 'redirect', query }, { keys: [publicKey] }),
  ).rejects.toThrow(code('request.signature'))
})

test('verifies a redirect over its raw octets, however the sender encodes', async () => {
  const deflated = encodeURIComponent(deflateRawSync(requestXml()).toString('base64'))
  const algorithm = 'http%3a%2f%2fwww.w3.org/2001/04/xmldsig-more%23ecdsa-sha256'
  const lower = deflated.replace(/%[0-9A-F]{2}/g, each => each.toLowerCase())
  const octets = `SAMLRequest=${lower}&RelayState=%72s+1&SigAlg=${algorithm}`
  const value = sign('sha256', Buffer.from(octets), { key: privateKey, dsaEncoding: 'ieee-p1363' })
  const query = `${octets}&Signature=${encodeURIComponent(value.toString('base64'))}`
  const options = { keys: [publicKey], requireSignature: true, destination, now }
  expect(await readAuthnRequest({ binding: 'redirect', query }, options)).toMatchObject({
    signed: true,
    relayState: 'rs 1',
  })
  for (const changed of [
    query.replace('%72s', 'rs'),
    query.replace('%3a', '%3A'),
    query.replace('&RelayState=%72s+1', ''),
    query.replace('%72s+1', ''),
  ]) {
    await expect(
      readAuthnRequest({ binding: 'redirect', query: changed }, options),
    ).rejects.toThrow(code('signature.value'))
  }
})

test.each(['a\u0000b', 'a\nb', 'x'.repeat(1025)])('refuses the RelayState %j', async relayState => {
  const samlRequest = encodePost(requestXml())
  await expect(readAuthnRequest({ binding: 'post', samlRequest, relayState })).rejects.toThrow(
    code('relay-state.invalid'),
  )
})
