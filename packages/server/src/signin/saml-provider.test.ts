import { createServer } from 'node:http'
import { httpSend } from '@rolecall/aws'
import { buildMetadata } from '@rolecall/saml'
import { startSimulator } from '@rolecall/simulator'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import type { SamlProviderConfig } from '../config/config.ts'
import { createSamlProvider } from './saml-provider.ts'
import { createSamlProviders } from './saml-providers.ts'

const start = new Date('2026-03-01T12:00:00Z')
const hour = 3600
const day = 24 * hour
let certificate: string

beforeAll(async () => {
  const simulator = await startSimulator()
  certificate = simulator.idp.certificate
  await simulator.close()
})

const metadata = (attributes = '') =>
  buildMetadata({
    entityId: 'https://idp.example/',
    idp: {
      ssoEndpoints: [
        {
          binding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect',
          location: 'https://idp.example/sso',
        },
      ],
      signingCertificates: [certificate],
    },
  }).replace('entityID=', `${attributes} entityID=`)

/** A provider whose metadata address can be made to fail, after a first good read. */
async function providerAt(body: string) {
  const state = { status: 200, now: start, problems: [] as string[], canSign: false }
  const server = createServer((_request, response) => response.writeHead(state.status).end(body))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const config: SamlProviderConfig = {
    id: 'company',
    title: 'Company',
    metadata: { url: `http://127.0.0.1:${port}/` },
    entityId: undefined,
    spEntityId: 'http://localhost/metadata',
    acsUrl: 'http://localhost/acs',
    sloUrl: 'http://localhost/slo',
    attributes: { username: 'uid', displayName: undefined, email: undefined, groups: ['groups'] },
    allowUnsolicited: false,
    forceAuthn: false,
    clockSkewSeconds: 60,
    logout: 'local',
    emailDomains: [],
    signRequests: undefined,
    authnContexts: [],
    allow: [],
  }
  const options = {
    http: httpSend,
    now: () => state.now,
    onProblem: (message: string) => state.problems.push(message),
    canSign: () => state.canSign,
  }
  const provider = createSamlProvider(config, options)
  onTestFinished(() => {
    provider.close()
    server.closeAllConnections()
    server.close()
  })
  await provider.idp()
  return {
    state,
    options,
    provider,
    at(seconds: number) {
      state.now = new Date(start.getTime() + seconds * 1000)
      return provider.idp()
    },
  }
}

const unavailable = expect.objectContaining({ code: 'provider-unavailable' })

test.each([
  ['without a word of its own', '', 7 * day],
  ['that may be kept for longer', 'cacheDuration="P30D"', 7 * day],
  ['that may be kept for an hour', 'cacheDuration="PT1H"', hour],
  ['that may hardly be kept', 'cacheDuration="PT1S"', 300],
  ['that is valid for two days', 'validUntil="2026-03-03T12:00:00Z"', 2 * day],
])(
  'metadata %s counts so long when the address fails, and no longer',
  async (_title, attributes, seconds) => {
    const { state, at, provider } = await providerAt(metadata(attributes))
    state.status = 500
    await provider.refresh()
    const until = new Date(start.getTime() + seconds * 1000).toISOString()
    expect(state.problems).toEqual([
      `metadata of identity provider company cannot be read: the address answered 500; what was read before counts until ${until}`,
    ])
    expect(await at(seconds - 1)).toMatchObject({ entityId: 'https://idp.example/' })
    await expect(at(seconds)).rejects.toEqual(unavailable)
    await expect(at(30 * day)).rejects.toEqual(unavailable)
    if (attributes.includes('validUntil')) return
    state.status = 200
    expect(await at(31 * day)).toMatchObject({ entityId: 'https://idp.example/' })
  },
)

test.each([
  ['counts on while its address fails, though the provider is renamed', {}, true],
  ['of another address does not', { metadata: { url: 'http://127.0.0.1:1/' } }, false],
  ['of another entityID does not', { entityId: 'https://other.example/' }, false],
])('metadata that was read %s', async (_title, change, counts) => {
  const { state, provider, options } = await providerAt(metadata())
  const providers = createSamlProviders([provider.config], options)
  onTestFinished(() => providers.close())
  await providers.get('company')?.idp()
  state.status = 500
  providers.replace([{ ...provider.config, title: 'New', ...change }])
  await providers.get('company')?.refresh()
  const facts = providers.get('company')?.idp()
  if (counts) expect(await facts).toMatchObject({ entityId: 'https://idp.example/' })
  else await expect(facts).rejects.toEqual(unavailable)
})

test('metadata that is read again counts on', async () => {
  const { at, provider } = await providerAt(metadata())
  for (const seconds of [6 * day, 12 * day, 18 * day]) {
    await at(seconds)
    await provider.refresh()
  }
  expect(await at(24 * day)).toMatchObject({ entityId: 'https://idp.example/' })
})

test('metadata that wants signed requests is told of while there is no key', async () => {
  const wanting = metadata().replace('<md:IDPSSODescriptor', '$& WantAuthnRequestsSigned="true"')
  const { state, provider } = await providerAt(wanting)
  const told =
    'identity provider company wants signed requests: sign-ins cannot start until signIn.samlKeys has a key'
  expect(state.problems).toEqual([told])
  state.canSign = true
  await provider.refresh()
  expect(state.problems).toEqual([told])
})
