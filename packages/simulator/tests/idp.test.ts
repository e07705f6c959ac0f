import { createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto'
import {
  type AuthnRequestOptions,
  bindings,
  buildAuthnRequest,
  buildMetadata,
  parseXml,
  readMetadata,
  verifyResponse,
} from '@rolecall/saml'
import { beforeEach, expect, test } from 'vitest'
import { selfSignedCertificate } from '../src/idp/certificate.ts'
import { createVisitor, type Page, readForm, SimulatorError, type Visitor } from '../src/index.ts'
import { runSimulator, shownText } from './running.ts'

const sp = {
  entityId: 'https://sp.example.com/saml',
  acsUrl: "https://sp.example.com/acs;x=1?a='b'&c=d",
}

const { simulator, clock } = await runSimulator()
simulator.trustServiceProvider(
  buildMetadata({
    entityId: sp.entityId,
    sp: { acsEndpoints: [{ binding: bindings.post, location: sp.acsUrl, index: 0 }] },
  }),
)

let visitor: Visitor
beforeEach(() => {
  visitor = createVisitor()
})

function requestOf(more: Partial<AuthnRequestOptions> = {}) {
  return buildAuthnRequest({
    sp,
    idp: { ssoUrl: simulator.idp.ssoUrl },
    binding: 'redirect',
    now: clock.now(),
    ...more,
  })
}

async function signIn(page: Page, username: string, password: string): Promise<Page> {
  const form = readForm(page)
  return await visitor.post(form.action, { ...form.fields, username, password })
}

async function verified(page: Page, inResponseTo: string | null) {
  const form = readForm(page)
  expect(form.action).toBe(new URL(sp.acsUrl).href)
  const response = await verifyResponse(form.fields.SAMLResponse ?? '', {
    idp: { entityId: simulator.idp.entityId, signingKeys: [simulator.idp.certificate] },
    sp,
    now: clock.now(),
    inResponseTo,
    replay: { seen: () => false },
  })
  return { response, relayState: form.fields.RelayState }
}

test('a person signs in: the answer is a signed assertion for the service provider', async () => {
  const request = requestOf({ relayState: 'state-1' })
  const page = await visitor.get(request.url)
  expect(page.status).toBe(200)
  expect(page.body).toContain('data-testid="idp-username"')
  const { response, relayState } = await verified(
    await signIn(page, 'ann', 'secret of ann'),
    request.id,
  )
  expect(relayState).toBe('state-1')
  expect(Object.fromEntries(response.attributes)).toEqual({
    uid: ['ann'],
    displayName: ['Ann <Ax>'],
    mail: ['ann@example.com'],
    memberOf: ['staff', 'admins'],
  })
  expect(response.nameId.format).toBe('urn:oasis:names:tc:SAML:2.0:nameid-format:persistent')

  const second = requestOf()
  const again = await verified(await visitor.get(second.url), second.id)
  expect(again.response.nameId).toEqual(response.nameId)
  expect(again.response.assertionId).not.toBe(response.assertionId)
})

test('the answer page posts without scripts too, and carries nothing it need not', async () => {
  const page = await signIn(await visitor.get(requestOf().url), 'ben', 'secret of ben')
  expect(page.body).toContain('data-testid="idp-continue"')
  expect(page.headers.get('cache-control')).toBe('no-store')
  expect(page.headers.get('content-security-policy')).toMatch(
    /^default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-/,
  )
  const form = readForm(page)
  expect(Object.keys(form.fields)).toEqual(['SAMLResponse'])
  const { attributes } = (
    await verified(
      page,
      parseXml(Buffer.from(form.fields.SAMLResponse ?? '', 'base64')).root.attributes.find(
        ({ local }) => local === 'InResponseTo',
      )?.value ?? null,
    )
  ).response
  expect([...attributes.keys()]).toEqual(['uid', 'displayName'])
})

test('a wrong password and an unknown person get the same page, and may try again', async () => {
  const request = requestOf()
  const page = await visitor.get(request.url)
  const wrong = await signIn(page, 'ann', 'wrong')
  const unknown = await signIn(page, 'ann', '')
  expect([wrong.status, unknown.status]).toEqual([401, 401])
  expect(shownText(wrong.body, 'idp-error')).toContain('not right')
  expect((await signIn(page, '"><script>', 'x')).body).not.toContain('"><script>')
  const { response } = await verified(await signIn(wrong, 'ann', 'secret of ann'), request.id)
  expect(response.attributes.get('uid')).toEqual(['ann'])
})

test('the POST binding works, and a signed request when the keys are known', async () => {
  const post = requestOf({ binding: 'post', relayState: 'x' })
  const page = await visitor.post(simulator.idp.ssoUrl, { ...post.form })
  const answer = await verified(await signIn(page, 'ann', 'secret of ann'), post.id)
  expect(answer.relayState).toBe('x')

  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const certificate = selfSignedCertificate(privateKey, {
    commonName: 'sp',
    notBefore: clock.now(),
    notAfter: clock.now(),
  })
  const signer = { entityId: 'https://signed.example.com', acsUrl: sp.acsUrl }
  simulator.trustServiceProvider(
    buildMetadata({
      entityId: signer.entityId,
      sp: {
        acsEndpoints: [{ binding: bindings.post, location: sp.acsUrl, index: 0 }],
        signingCertificates: [certificate],
      },
    }),
  )
  const signed = requestOf({ sp: signer, sign: { key: privateKey } })
  expect((await visitor.get(signed.url)).status).toBe(200)
  const broken = await visitor.get(signed.url.replace(/Signature=./, 'Signature=%20'))
  expect(broken.status).toBe(400)
})

test('ForceAuthn asks again, IsPassive never does', async () => {
  const passive = await visitor.get(requestOf({ isPassive: true }).url)
  const { SAMLResponse = '' } = readForm(passive).fields
  expect(Buffer.from(SAMLResponse, 'base64').toString()).toContain(
    'urn:oasis:names:tc:SAML:2.0:status:NoPassive',
  )
  await signIn(await visitor.get(requestOf().url), 'ann', 'secret of ann')
  const again = await visitor.get(requestOf({ forceAuthn: true }).url)
  expect(again.body).toContain('data-testid="idp-password"')
  const allowed = requestOf({ isPassive: true })
  expect((await verified(await visitor.get(allowed.url), allowed.id)).response.issuer).toBe(
    simulator.idp.entityId,
  )
})

test('its home page shows who is signed in, starts sign-ins and signs out', async () => {
  const home = await signIn(await visitor.get(simulator.idp.url), 'ann', 'secret of ann')
  expect(shownText(home.body, 'idp-person')).toBe('Signed in as ann')
  const started = await visitor.get(
    `${simulator.idp.url}/sso/start?sp=${encodeURIComponent(sp.entityId)}`,
  )
  expect((await verified(started, null)).response.inResponseTo).toBeNull()
  const after = await visitor.post(readForm(home).action, {})
  expect(after.body).toContain('data-testid="idp-username"')
  expect((await visitor.get(requestOf().url)).body).toContain('data-testid="idp-username"')
})

test('a session ends after eight hours, a waiting request after ten minutes', async () => {
  await signIn(await visitor.get(requestOf().url), 'ann', 'secret of ann')
  clock.forward(8 * 3600)
  const page = await visitor.get(requestOf().url)
  expect(page.body).toContain('data-testid="idp-username"')
  clock.forward(601)
  expect((await signIn(page, 'ann', 'secret of ann')).status).toBe(400)
})

test('a form from another site is refused', async () => {
  const form = readForm(await visitor.get(requestOf().url))
  const fields = { ...form.fields, username: 'ann', password: 'secret of ann' }
  for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }]) {
    expect((await visitor.post(form.action, fields, { headers })).status).toBe(400)
  }
})

test.each<[string, () => string, RegExp]>([
  [
    'an unknown service provider',
    () => requestOf({ sp: { ...sp, entityId: 'https://unknown.example' } }).url,
    /does not know the service provider/,
  ],
  [
    'an ACS that is not registered',
    () => requestOf({ sp: { ...sp, acsUrl: 'https://evil.example/acs' } }).url,
    /does not list/,
  ],
  [
    'another destination',
    () =>
      requestOf({ idp: { ssoUrl: 'https://other.example/sso' } }).url.replace(
        'https://other.example/sso',
        simulator.idp.ssoUrl,
      ),
    /cannot read/,
  ],
  [
    'an old request',
    () => requestOf({ now: new Date(clock.now().getTime() - 3_600_000) }).url,
    /cannot read/,
  ],
  ['no request', () => simulator.idp.ssoUrl, /cannot read/],
  ['garbage', () => `${simulator.idp.ssoUrl}?SAMLRequest=%00`, /cannot read/],
])('refuses %s', async (_, url, reason) => {
  const page = await visitor.get(url())
  expect(page.status).toBe(400)
  expect(shownText(page.body, 'idp-refusal')).toMatch(reason)
})

test('the metadata is readable and its certificate belongs to the key', async () => {
  const page = await visitor.get(simulator.idp.metadataUrl)
  const [entity] = readMetadata(page.body).entities
  expect(entity?.entityId).toBe(simulator.idp.entityId)
  expect(entity?.idp?.ssoEndpoints.map(({ location }) => location)).toEqual([
    simulator.idp.ssoUrl,
    simulator.idp.ssoUrl,
  ])
  const certificate = new X509Certificate(simulator.idp.certificate)
  const key = createPublicKey(simulator.idp.signingKey)
  expect(certificate.publicKey.equals(key)).toBe(true)
  expect(certificate.verify(key)).toBe(true)
  expect(Date.parse(certificate.validTo)).toBeGreaterThan(clock.now().getTime())
})

test('metadata without a service provider is refused', () => {
  const ownMetadata = `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="x"/>`
  for (const metadata of ['', '<x/>', ownMetadata]) {
    expect(() => simulator.trustServiceProvider(metadata)).toThrow(SimulatorError)
  }
})
