/** The gateway's own SAML keys against an identity provider that insists on them. */
import { generateKeyPairSync } from 'node:crypto'
import { readMetadata } from '@rolecall/saml'
import { selfSignedCertificate } from '@rolecall/simulator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Config, SamlKeyPair } from '../src/index.ts'
import {
  createBrowser,
  isSignedIn,
  signInAtIdp,
  startGateway,
  type TestGateway,
  withProvider,
} from './gateway.ts'

function pair(): SamlKeyPair {
  const { privateKey: key } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const notAfter = new Date('2099-01-01')
  const names = { commonName: 'Gateway', notBefore: new Date('2020-01-01'), notAfter }
  return { key, certificate: selfSignedCertificate(key, names) }
}

const [current, next] = [pair(), pair()]
const withKeys = (config: Config, ...samlKeys: readonly SamlKeyPair[]): Config => ({
  ...config,
  signIn: { ...config.signIn, samlKeys },
})

let at: TestGateway
beforeAll(async () => {
  at = await startGateway(config => withKeys(config, current, next), undefined, undefined, {
    requireSignedRequests: true,
  })
})
afterAll(() => at.close())

async function ourMetadata() {
  const page = await createBrowser().get(`${at.url}/signin/saml/company/metadata`)
  return readMetadata(page.body).entities[0]?.sp
}

test('our metadata lists every key in order, for both uses', async () => {
  const sp = await ourMetadata()
  const certificates = [current, next].map(({ certificate }) => certificate.trim())
  expect(sp?.signingCertificates.map(each => each.trim())).toEqual(certificates)
  expect(sp?.encryptionCertificates.map(each => each.trim())).toEqual(certificates)
})

test('the request is signed because the provider wants it, and the encrypted answer read', async () => {
  const browser = createBrowser()
  const started = await browser.get(`${at.url}/signin/saml/company`)
  const asked = new URL(started.location ?? '')
  expect([...asked.searchParams.keys()]).toEqual([
    'SAMLRequest',
    'RelayState',
    'SigAlg',
    'Signature',
  ])
  const back = await signInAtIdp(at, browser, 'bob')
  expect([back.status, back.location]).toEqual([303, `${at.url}/roles`])
  expect(await isSignedIn(at, browser)).toBe(true)
  expect((await ourMetadata())?.authnRequestsSigned).toBe(true)
})

test('after the roll-over the next key signs, and what was encrypted to the current one is read', async () => {
  await at.gateway.reload(withKeys(at.config, next, current))
  const browser = createBrowser()
  expect((await signInAtIdp(at, browser, 'bob')).status).toBe(303)
  // The provider has our metadata of before: it encrypts to the first key of then.
  await at.gateway.reload(withKeys(at.config, next))
  const late = createBrowser()
  expect((await signInAtIdp(at, late, 'bob')).status).toBe(403)
  const [event] = await at.gateway.audit.recent({ limit: 1 })
  expect(event?.event.code).toBe('encryption.failed')
  await at.gateway.reload(at.config)
})

test('without a key the sign-in does not begin, and nothing is sent unsigned', async () => {
  await at.gateway.reload(withKeys(at.config))
  const page = await createBrowser().get(`${at.url}/signin/saml/company`)
  expect([page.status, page.location]).toEqual([503, undefined])
  expect(page.body).toContain('cannot be used')
  expect((await ourMetadata())?.authnRequestsSigned).toBe(false)
  await at.gateway.reload(at.config)
})

test('`signRequests: false` sends what the provider then refuses', async () => {
  await at.gateway.reload(withProvider(at, { signRequests: false }))
  const browser = createBrowser()
  const started = await browser.get(`${at.url}/signin/saml/company`)
  const refusal = await browser.get(started.location ?? '')
  expect(refusal.status).toBe(400)
  expect((await ourMetadata())?.authnRequestsSigned).toBe(false)
  await at.gateway.reload(at.config)
})
