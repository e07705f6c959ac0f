import { buildMetadata } from '@rolecall/saml'
import type { Visitor } from '@rolecall/simulator'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Config, createDirectory, createServer } from '../src/index.ts'
import {
  createBrowser,
  isSignedIn,
  signedIn,
  startGateway,
  type TestGateway,
  withProvider,
} from './gateway.ts'

const local = { username: 'root', password: 'correct horse battery staple' }

let at: TestGateway
beforeAll(async () => {
  at = await startGateway()
  const directory = createDirectory(at.store, { now: () => at.clock.now })
  await directory.add({ ...local, groups: [] })
})
afterAll(() => at.close())

const change = (over: Partial<Config['signIn']>): Config => ({
  ...at.config,
  signIn: { ...at.config.signIn, ...over },
})

const metadataOf = (entityId: string) => ({
  file: 'idp.xml',
  xml: buildMetadata({
    entityId,
    idp: {
      ssoEndpoints: [
        {
          binding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect',
          location: 'https://idp.example/sso',
        },
      ],
      signingCertificates: [at.simulator.idp.certificate],
    },
  }),
})

/** Whether the session counts at a gateway that starts on the same store with another configuration. */
async function countsAfterRestart(browser: Visitor, config: Config): Promise<boolean> {
  const gateway = await createServer({ config, store: at.store, now: () => at.clock.now })
  const answer = await gateway.app.inject({
    url: '/api/v1/me',
    headers: { cookie: `rolecall=${browser.cookies(at.url).get('rolecall')}` },
  })
  await gateway.close()
  return answer.statusCode === 200
}

describe('a session of an identity provider', () => {
  const other = 'https://other.example/'
  const changes: readonly (readonly [string, () => Config])[] = [
    ['other metadata', () => withProvider(at, { metadata: metadataOf(other) })],
    ['another entityId', () => withProvider(at, { entityId: other })],
  ]

  test.each(changes)('ends when its id gets %s by a reload', async (_title, config) => {
    const browser = await signedIn(at)
    await at.gateway.reload(config())
    expect(await isSignedIn(at, browser)).toBe(false)
    await at.gateway.reload(at.config)
    expect(await isSignedIn(at, browser)).toBe(false)
  })

  test.each(changes)('ends when its id gets %s by a restart', async (_title, config) => {
    const browser = await signedIn(at)
    expect(await countsAfterRestart(browser, config())).toBe(false)
    expect(await isSignedIn(at, browser)).toBe(false)
  })

  test('lasts when the same provider is described anew', async () => {
    const browser = await signedIn(at)
    const { entityId } = at.simulator.idp
    await at.gateway.reload(withProvider(at, { metadata: metadataOf(entityId), title: 'Other' }))
    expect(await isSignedIn(at, browser)).toBe(true)
    await at.gateway.reload(at.config)
    expect(await isSignedIn(at, browser)).toBe(true)
    expect(await countsAfterRestart(browser, at.config)).toBe(true)
  })

  test('waits while it is not known who the provider is', async () => {
    const browser = await signedIn(at)
    const metadata = { url: 'http://127.0.0.1:1/metadata' }
    expect(await countsAfterRestart(browser, withProvider(at, { metadata }))).toBe(false)
    expect(await isSignedIn(at, browser)).toBe(true)
    const named = withProvider(at, { metadata, entityId: at.simulator.idp.entityId })
    expect(await countsAfterRestart(browser, named)).toBe(true)
  })

  test('can be signed out of while it is not known who the provider is', async () => {
    const browser = await signedIn(at)
    await at.gateway.reload(withProvider(at, { metadata: { url: 'http://127.0.0.1:1/metadata' } }))
    const copy = createBrowser()
    copy.cookies(at.url).set('rolecall', browser.cookies(at.url).get('rolecall') ?? '')
    expect((await browser.postJson(`${at.url}/api/v1/signout`, {})).status).toBe(200)
    await at.gateway.reload(at.config)
    expect(await isSignedIn(at, copy)).toBe(false)
  })
})

describe('a session that nobody used meanwhile stays ended', () => {
  const without: readonly (readonly [string, () => Promise<Visitor>, () => Config])[] = [
    ['its provider was away', () => signedIn(at), () => change({ saml: [] })],
    [
      'its id stood for another provider',
      () => signedIn(at),
      () => withProvider(at, { metadata: metadataOf('https://other.example/') }),
    ],
    ['nobody could sign in', () => signedIn(at), () => change({ saml: [], password: false })],
    ['passwords were off', withPassword, () => change({ password: false })],
  ]

  async function withPassword(): Promise<Visitor> {
    const browser = createBrowser()
    await browser.postJson(`${at.url}/api/v1/signin/password`, local)
    expect(await isSignedIn(at, browser)).toBe(true)
    return browser
  }

  test.each(without)('after %s between two reloads', async (_title, signIn, config) => {
    const browser = await signIn()
    await at.gateway.reload(config())
    await at.gateway.reload(at.config)
    expect(await isSignedIn(at, browser)).toBe(false)
  })

  test.each(without)('after %s from a start to the next', async (_title, signIn, config) => {
    const browser = await signIn()
    const options = { store: at.store, now: () => at.clock.now }
    await (await createServer({ ...options, config: config() })).close()
    expect(await isSignedIn(at, browser)).toBe(false)
  })

  test('but not when only the others changed', async () => {
    const [saml, password] = [await signedIn(at), await withPassword()]
    await at.gateway.reload(change({ password: false }))
    await at.gateway.reload(at.config)
    expect([await isSignedIn(at, saml), await isSignedIn(at, password)]).toEqual([true, false])
  })
})
