import { expect, test } from 'vitest'
import {
  issueResponse,
  parseXml,
  readAuthnRequest,
  readLogoutRequest,
  readMetadata,
  SamlError,
  type SamlErrorCode,
  signXml,
  verifyResponse,
  verifySignature,
} from '../src/index.ts'
import { cut, honest, idp, issue, now, sp } from './forge.ts'
import * as logout from './logout-messages.ts'

// What form parsers and untyped callers hand in where the types ask for something else.
const encoded = Buffer.from(issue('both')).toString('base64')
const signingKeys = [honest.publicKey]
const good = {
  idp: { ...idp, signingKeys },
  sp,
  now,
  inResponseTo: '_req-1',
  replay: { seen: () => false },
}
const notText: [string, unknown][] = [
  ['undefined', undefined],
  ['null', null],
  ['a number', 5],
  ['an object', {}],
  ['an array', [encoded]],
  ['an array of a text of the same length', [encoded, encoded]],
  ['a String', new String(encoded)],
]
const codes = (...expected: SamlErrorCode[]) => expected

/** Runs a call as plain JavaScript would, and answers the code of its refusal. */
async function refusalOf(run: () => unknown): Promise<SamlErrorCode> {
  try {
    await run()
  } catch (error) {
    if (error instanceof SamlError) return error.code
    throw error
  }
  return expect.unreachable('accepted')
}

test.each(notText)('refuses %s as a message', async (_, value) => {
  const text = value as string
  expect(await refusalOf(() => verifyResponse(text, good))).toBe('post.invalid')
  expect(await refusalOf(() => readAuthnRequest({ binding: 'post', samlRequest: text }))).toBe(
    'post.invalid',
  )
  expect(await refusalOf(() => readAuthnRequest({ binding: 'redirect', query: text }))).toBe(
    'redirect.invalid',
  )
  for (const read of [
    () => parseXml(text),
    () => verifySignature(text, signingKeys),
    () => signXml(text, { key: honest.privateKey }),
    () => readMetadata(text),
  ]) {
    expect(await refusalOf(read)).toBe('option.invalid')
  }
})

test.each(notText.slice(1))('refuses %s as a RelayState', async (_, value) => {
  const request = { binding: 'post', samlRequest: encoded, relayState: value as string } as const
  expect(await refusalOf(() => readAuthnRequest(request))).toBe('relay-state.invalid')
})

test.each<[string, unknown]>([
  ['undefined', undefined],
  ['null', null],
  ['a text', 'x'],
  ['no binding', { samlRequest: encoded }],
])('refuses %s as a request', async (_, value) => {
  const input = value as Parameters<typeof readAuthnRequest>[0]
  expect(await refusalOf(() => readAuthnRequest(input))).toBe('option.invalid')
})

test.each<[string, unknown]>([
  ['no options', undefined],
  ['null for options', null],
  ['no idp', { ...good, idp: undefined }],
  ['no sp', { ...good, sp: undefined }],
  ['no issuer', { ...good, idp: { signingKeys } }],
  ['a list of issuers', { ...good, idp: { entityId: [idp.entityId], signingKeys } }],
  ['no audience', { ...good, sp: { acsUrl: sp.acsUrl } }],
  ['no endpoint', { ...good, sp: { entityId: sp.entityId } }],
  ['a list of endpoints', { ...good, sp: { ...sp, acsUrl: [sp.acsUrl] } }],
  ['a time as text', { ...good, now: '2026-11-21T01:00:00Z' }],
  ['a time as a number', { ...good, now: now.getTime() }],
  ['no time', { ...good, now: undefined }],
  ['a skew as text', { ...good, clockSkewSeconds: '60' }],
  ['null for the skew', { ...good, clockSkewSeconds: null }],
  ['a key instead of a list', { ...good, idp: { ...idp, signingKeys: honest.publicKey } }],
  ['a text instead of a list', { ...good, idp: { ...idp, signingKeys: 'x' } }],
  ['no keys', { ...good, idp }],
  ['no replay store', { ...good, replay: undefined }],
  ['a replay store without seen', { ...good, replay: {} }],
  ['a list of request IDs', { ...good, inResponseTo: ['_req-1'] }],
])('verifyResponse refuses %s', async (_, options) => {
  const given = options as Parameters<typeof verifyResponse>[1]
  expect(await refusalOf(() => verifyResponse(encoded, given))).toBe('option.invalid')
})

test('a missing Recipient does not match a missing endpoint', async () => {
  const { bare, replace } = cut(issue('assertion'), 'assertion')
  const unsigned = replace(bare)
    .replace(/ Recipient="[^"]*"/, '')
    .replace(/ Destination="[^"]*"/, '')
  const signed = signXml(unsigned, { key: honest.privateKey, id: '_assertion' })
  const field = Buffer.from(signed).toString('base64')
  expect(await refusalOf(() => verifyResponse(field, good))).toBe('assertion.recipient')
  const without = { ...good, sp: { ...sp, acsUrl: undefined as unknown as string } }
  expect(await refusalOf(() => verifyResponse(field, without))).toBe('option.invalid')
})

test.each<[string, unknown]>([
  ['a time as text', { now: '2026-11-21T01:00:00Z' }],
  ['a skew as text', { now, clockSkewSeconds: '60' }],
  ['a flag as text', { requireSignature: 'true' }],
  ['a key instead of a list', { keys: honest.publicKey }],
  ['a finder instead of a list', { keys: () => [honest.publicKey] }],
  ['an entity instead of a finder', { entity: { entityId: 'x' } }],
  ['a finder that finds no entity', { entity: () => 'x' }],
  ['keys beside a finder', { keys: [honest.publicKey], entity: () => undefined }],
  ['a replay store without seen', { now, replay: {} }],
])('readAuthnRequest refuses %s', async (_, options) => {
  const xml =
    '<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_a" Version="2.0" IssueInstant="2026-11-21T01:00:00Z"><saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">x</saml:Issuer></samlp:AuthnRequest>'
  const input = { binding: 'post', samlRequest: Buffer.from(xml).toString('base64') } as const
  expect((await readAuthnRequest(input)).issuer).toBe('x')
  const given = options as Parameters<typeof readAuthnRequest>[1]
  expect(await refusalOf(() => readAuthnRequest(input, given))).toBe('option.invalid')
})

test.each<[string, unknown]>([
  ['undefined', undefined],
  ['null', null],
  ['a number', 5],
  ['an object', {}],
  ['a list of nothing', [undefined]],
  ['a list in a list', [[honest.publicKey]]],
])('verifySignature refuses %s as keys', async (_, keys) => {
  const given = keys as Parameters<typeof verifySignature>[1]
  expect(codes('option.invalid', 'signature.key')).toContain(
    await refusalOf(() => verifySignature(issue('response'), given)),
  )
})

test('readMetadata refuses a time as text, which no date is later than', async () => {
  const expired = `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="e" validUntil="2020-01-01T00:00:00Z"/>`
  const given = { now: '2026-11-21T01:00:00Z' } as unknown as { now: Date }
  expect(await refusalOf(() => readMetadata(expired, given))).toBe('option.invalid')
})

const role =
  '</saml:AttributeValue></saml:Attribute><saml:Attribute Name="Role"><saml:AttributeValue>'
// As a claim may come out of JSON.
const claims: [string, unknown][] = [
  ['what the writer has written', { text: role, prefixes: [], inclusive: [], length: 1 }],
  ['a tree of the writer', { name: 'saml:Evil', attributes: [], children: [], length: 1 }],
  ['null', null],
  ['a number', 5],
]

test.each<[string, unknown]>([...claims, ['nothing', undefined], ['a list', ['a', 'b']]])(
  'issueResponse refuses %s in the place of a text',
  async (_, value) => {
    const options = { idp, sp, now, subject: { nameId: 'alice' }, attributes: {} }
    const issued = (changed: object) => () =>
      issueResponse({ ...options, ...changed }, { key: honest.privateKey, sign: 'both' })
    for (const changed of [
      { attributes: { groups: [value] } },
      { attributes: new Map([['groups', [value]]]) },
      { subject: { nameId: value } },
    ]) {
      expect(await refusalOf(issued(changed))).toBe('option.invalid')
    }
    if (value === undefined) return
    for (const changed of [
      { attributes: value === null ? null : { groups: [value] } },
      { subject: { nameId: 'alice', nameQualifier: value } },
      { sessionIndex: value },
      { status: { code: 'urn:x', message: Array.isArray(value) ? null : value } },
    ]) {
      expect(await refusalOf(issued(changed))).toBe('option.invalid')
    }
  },
)

test.each<[string, unknown]>([
  ['a text', 'x'],
  ['an object', {}],
  ['a list of numbers', [5]],
])('readLogoutRequest refuses %s as decryption keys', async (_, decryptionKeys) => {
  const options = {
    peer: { entityId: logout.idp, signingKeys: [logout.honest.publicKey] },
    destination: logout.sloUrl,
    now: logout.now,
    replay: { seen: () => false },
  }
  const input = logout.requestInput(logout.buildRequest('post'))
  expect((await readLogoutRequest(input, options)).issuer).toBe(logout.idp)
  const given = { ...options, decryptionKeys } as Parameters<typeof readLogoutRequest>[1]
  expect(await refusalOf(() => readLogoutRequest(input, given))).toBe('option.invalid')
})
