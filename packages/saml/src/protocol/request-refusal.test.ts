import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { bindings, nameIdFormats, statusCodes } from '../names.ts'
import { signXml } from '../signature/sign-xml.ts'
import { buildAuthnRequest } from './build-authn-request.ts'
import { chooseNameIdFormat } from './choose-name-id-format.ts'
import { checkAuthnContext } from './meets-authn-context.ts'
import { encodePost } from './post-binding.ts'
import { readAuthnRequest } from './read-authn-request.ts'
import { type RequestSender, refusalAnswer } from './request-refusal.ts'

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const now = new Date('2026-11-21T01:00:00Z')
const destination = 'https://idp.example.test/sso'
const sp = { entityId: 'https://sp.example.test/', acsUrl: 'https://sp.example.test/acs' }
const entity: RequestSender = {
  entityId: sp.entityId,
  sp: {
    acsEndpoints: [{ binding: bindings.post, location: sp.acsUrl, index: 0 }],
    signingCertificates: [publicKey],
    authnRequestsSigned: true,
  },
}
const find = (id: string) => (id === sp.entityId ? entity : undefined)

const { xml: original } = buildAuthnRequest({
  sp,
  idp: { ssoUrl: destination },
  binding: 'post',
  id: '_q',
  nameIdFormat: nameIdFormats.persistent,
  authnContextClassRefs: ['urn:strong'],
  now,
})

/** Reads the request with a change, signed after it. */
async function read(from: string | RegExp, to: string, at = now) {
  const changed = original.replace(from, to)
  expect(changed === original).toBe(from === '')
  const samlRequest = encodePost(signXml(changed, { key: privateKey }))
  const replay = { seen: () => true }
  const options = { entity: find, destination, now: at, ...(from === '' ? { replay } : {}) }
  return readAuthnRequest({ binding: 'post', samlRequest }, options)
}

async function refusalOf(run: () => unknown): Promise<unknown> {
  try {
    await run()
  } catch (error) {
    return error
  }
  return expect.unreachable('accepted')
}

const policy = /<samlp:NameIDPolicy.*<\/samlp:NameIDPolicy>/

test.each<[string, string | RegExp, string, object]>([
  ['of another version', 'Version="2.0"', 'Version="2.1"', { code: statusCodes.versionMismatch }],
  ['with two policies', policy, '$&$&', { code: statusCodes.requester }],
  [
    'with a flag that is none',
    'AllowCreate="true"',
    'AllowCreate="?"',
    { code: statusCodes.requester },
  ],
  [
    'with a local time',
    /IssueInstant="[^"]*"/,
    'IssueInstant="2026-11-21T01:00:00"',
    { code: statusCodes.requester },
  ],
  [
    'about an encrypted name',
    policy,
    '<saml:Subject xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"><saml:EncryptedID/></saml:Subject>$&',
    { code: statusCodes.requester, subCode: statusCodes.requestUnsupported },
  ],
])('a request %s is answered', async (_, from, to, status) => {
  const error = await refusalOf(() => read(from, to))
  expect(await refusalAnswer(error, find)).toEqual({
    sp,
    inResponseTo: '_q',
    status: { ...status, message: expect.stringMatching(/^[A-Z].*\.$/) },
  })
})

test.each<[string, string | RegExp, string, Date?]>([
  ['repeated', '', ''],
  ['stale', 'Version="2.0"', ' Version="2.0"', new Date('2026-11-21T02:00:00Z')],
  ['for another endpoint', /Destination="[^"]*"/, 'Destination="https://other.test/"'],
  [
    'for another endpoint and of another version',
    /Destination="[^"]*"(.*)Version="2.0"/,
    'Destination="https://other.test/"$1Version="1.0"',
  ],
  ['of an unknown issuer', '>https://sp.example.test/<', '>https://other.test/<'],
  ['of another version, to be answered elsewhere', /\/acs"(.*)Version="2.0"/, '/x"$1Version="1.0"'],
  ['without ID', ' ID="_q"', ' ID=" "'],
])('a request that is %s gets no answer', async (_, from, to, at) => {
  const error = await refusalOf(() => read(from, to, at))
  expect(error).toMatchObject({ name: 'SamlError' })
  expect(await refusalAnswer(error, find)).toBeUndefined()
})

test('a request that is unsigned, or signed by another key, gets no answer', async () => {
  const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  for (const xml of [original, signXml(original, { key: stranger })]) {
    const input = { binding: 'post', samlRequest: encodePost(xml) } as const
    const error = await refusalOf(() => readAuthnRequest(input, { entity: find, now }))
    expect(await refusalAnswer(error, find)).toBeUndefined()
  }
})

test('what the choosers refuse is answered, once the request is known', async () => {
  const request = await read('Version="2.0"', ' Version="2.0"')
  const formats = await refusalOf(() => chooseNameIdFormat(request, {}, [nameIdFormats.transient]))
  const contexts = await refusalOf(() =>
    checkAuthnContext('urn:weak', request.requestedAuthnContext, []),
  )
  expect(await refusalAnswer(formats, find, request)).toMatchObject({
    sp,
    status: { code: statusCodes.requester, subCode: statusCodes.invalidNameIdPolicy },
  })
  expect(await refusalAnswer(contexts, find, request)).toMatchObject({
    sp,
    status: { code: statusCodes.responder, subCode: statusCodes.noAuthnContext },
  })
  expect(await refusalAnswer(formats, find)).toBeUndefined()
  expect(await refusalAnswer(formats, () => undefined, request)).toBeUndefined()
})

test('another error than ours is no refusal', async () => {
  expect(await refusalAnswer(new Error('x'), find)).toBeUndefined()
  expect(await refusalAnswer(undefined, find)).toBeUndefined()
})
