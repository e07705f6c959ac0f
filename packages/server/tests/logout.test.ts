/** Single logout: begun here, begun at the identity provider, and everything that only looks like it. */
import { generateKeyPairSync } from 'node:crypto'
import {
  bindings,
  buildLogoutRequest,
  buildLogoutResponse,
  type LogoutRequestOptions,
  readLogoutResponse,
  readMetadata,
  statusCodes,
} from '@rolecall/saml'
import { type Page, readForm, selfSignedCertificate, type Visitor } from '@rolecall/simulator'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SamlKeyPair } from '../src/index.ts'
import {
  answerSaml,
  createBrowser,
  isSignedIn,
  postSaml,
  signInAtIdp,
  startGateway,
  startSaml,
  type TestGateway,
  withProvider,
} from './gateway.ts'
import { expectFacts } from './support/event-facts.ts'

function keyPair(): SamlKeyPair {
  const { privateKey: key } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const dates = { notBefore: new Date('2020-01-01'), notAfter: new Date('2099-01-01') }
  return { key, certificate: selfSignedCertificate(key, { commonName: 'Gateway', ...dates }) }
}
const ours = keyPair()

let at: TestGateway
beforeAll(async () => {
  at = await startGateway(
    config => ({
      ...config,
      signIn: {
        ...config.signIn,
        samlKeys: [ours],
        saml: config.signIn.saml.map(one => ({ ...one, logout: 'single' })),
      },
    }),
    undefined,
    undefined,
    { requireSignedRequests: true },
  )
})
afterAll(() => at.close())

const last = async () => (await at.gateway.audit.recent({ limit: 1 }))[0]?.event
const signOut = async (browser: Visitor): Promise<{ location?: string }> =>
  JSON.parse((await browser.postJson(`${at.url}/api/v1/signout`, {})).body)
const slo = () => `${at.url}/signin/saml/company/slo`

/** Whether the identity provider would let this browser in without asking. */
async function isSignedInAtIdp(browser: Visitor): Promise<boolean> {
  const toIdp = await browser.get(`${at.url}/signin/saml/company`)
  return !(await browser.get(toIdp.location ?? '')).body.includes('idp-username')
}

describe('begun here', () => {
  test('ends the session here and at the provider', async () => {
    const browser = createBrowser()
    await signInAtIdp(at, browser, 'bob')
    expect(await isSignedInAtIdp(browser)).toBe(true)
    const { location = '' } = await signOut(browser)
    expect(await isSignedIn(at, browser)).toBe(false)
    expect(location).toMatch(/^\/signin\/saml\/company\/logout\/_[0-9a-f]{40}$/)

    const toIdp = await browser.get(`${at.url}${location}`)
    expect(toIdp.location).toContain(`${at.simulator.idp.sloUrl}?SAMLRequest=`)
    expect(toIdp.location).toContain('&Signature=')
    const back = await browser.get(toIdp.location ?? '')
    expect(back.location).toContain(`${slo()}?SAMLResponse=`)
    const done = await browser.get(back.location ?? '')
    expect([done.status, done.location]).toEqual([303, `${at.url}/signin`])
    expect(await last()).toMatchObject({
      type: 'signout.provider',
      result: 'success',
      principal: 'company:bob',
      source: 'company',
    })
    expect(await isSignedInAtIdp(browser)).toBe(false)

    // Neither the request nor its answer works a second time.
    expect((await browser.get(`${at.url}${location}`)).location).toBe(`${at.url}/signin`)
    expect((await browser.get(back.location ?? '')).status).toBe(403)
    expect(await last()).toMatchObject({ type: 'signout.refused', code: 'logout-unknown' })
  })

  test('stays here where the provider is set to `local`, has no key of ours, or nobody is signed in', async () => {
    expect(await signOut(createBrowser())).toEqual({})
    for (const config of [
      withProvider(at, { logout: 'local' }),
      { ...at.config, signIn: { ...at.config.signIn, samlKeys: [] } },
    ]) {
      const browser = createBrowser()
      await signInAtIdp(at, browser, 'bob')
      await at.gateway.reload(config)
      expect(await signOut(browser)).toEqual({})
      expect(await isSignedIn(at, browser)).toBe(false)
      await at.gateway.reload(at.config)
    }
  })

  async function sentOff(): Promise<{ browser: Visitor; id: string }> {
    const browser = createBrowser()
    await signInAtIdp(at, browser, 'bob')
    const { location = '' } = await signOut(browser)
    await browser.get(`${at.url}${location}`)
    return { browser, id: location.split('/').at(-1) ?? '' }
  }
  const answerTo = (id: string, status: Parameters<typeof buildLogoutResponse>[0]['status']) =>
    buildLogoutResponse({
      issuer: at.simulator.idp.entityId,
      destination: slo(),
      binding: 'redirect',
      inResponseTo: id,
      relayState: id,
      sign: { key: at.simulator.idp.signingKey },
      now: at.clock.now,
      ...(status === undefined ? {} : { status }),
    }).url

  test.each([
    [statusCodes.partialLogout, 'the identity provider could not sign out everywhere'],
    [statusCodes.requestDenied, 'the identity provider did not sign out'],
  ])('an answer with %s is told to the person and the audit log', async (subCode, reason) => {
    const { browser, id } = await sentOff()
    const page = await browser.get(answerTo(id, { code: statusCodes.responder, subCode }))
    expect(page.status).toBe(200)
    expect(page.body).toContain('could not sign you out everywhere')
    expect(await last()).toMatchObject({ type: 'signout.provider', result: 'error', reason })
  })

  test('an answer that is unsigned, or for another sign-out, is refused and uses nothing up', async () => {
    const [one, other] = [await sentOff(), await sentOff()]
    const good = answerTo(one.id, undefined)
    const unsigned = good.replace(/&SigAlg=.*$/, '')
    expect((await one.browser.get(unsigned)).status).toBe(403)
    expect((await last())?.code).toBe('logout.signature')
    const swapped = good.replace(one.id, other.id)
    expect((await one.browser.get(swapped)).status).toBe(403)
    expect((await one.browser.get(good)).status).toBe(303)
  })
})

describe('begun at the provider', () => {
  test('ends the session here, and the browser comes back to the provider', async () => {
    const browser = createBrowser()
    await signInAtIdp(at, browser, 'bob')
    const origin = at.simulator.idp.url
    const toGateway = await browser.post(`${origin}/signout`, {}, { origin })
    expect(toGateway.location).toContain(`${slo()}?SAMLRequest=`)
    const toIdp = await browser.get(toGateway.location ?? '')
    expect(await isSignedIn(at, browser)).toBe(false)
    expect(toIdp.location).toContain(`${at.simulator.idp.sloUrl}?SAMLResponse=`)
    const done = await browser.get(toIdp.location ?? '')
    expect([done.status, done.location]).toEqual([303, `${origin}/`])
    expect(await last()).toMatchObject({
      type: 'signout',
      principal: 'company:bob',
      reason: 'the identity provider asked for it',
    })
  })

  /** A browser that is signed in as this person with this SessionIndex. */
  async function session(username: string, sessionIndex?: string): Promise<Visitor> {
    const browser = createBrowser()
    const started = await startSaml(at, browser)
    const xml = answerSaml(at, started, {
      subject: { nameId: username },
      attributes: { uid: username },
      ...(sessionIndex === undefined ? {} : { sessionIndex }),
    })
    expect((await postSaml(at, browser, xml, started.relayState)).status).toBe(303)
    return browser
  }

  const request = (over: Partial<LogoutRequestOptions> = {}) =>
    buildLogoutRequest({
      issuer: at.simulator.idp.entityId,
      destination: slo(),
      binding: 'redirect',
      nameId: { value: 'alice' },
      sessionIndexes: ['_1'],
      sign: { key: at.simulator.idp.signingKey },
      now: at.clock.now,
      ...over,
    })

  const open = (browsers: readonly Visitor[]) =>
    Promise.all(browsers.map(browser => isSignedIn(at, browser)))

  async function read(page: Page, id: string) {
    const query = new URL(page.location ?? '').search.slice(1)
    return readLogoutResponse(
      { binding: 'redirect', query },
      {
        peer: {
          entityId: at.config.signIn.saml[0]?.spEntityId ?? '',
          signingKeys: [ours.certificate],
        },
        destination: at.simulator.idp.sloUrl,
        inResponseTo: id,
        now: at.clock.now,
      },
    )
  }

  test('ends exactly the sessions that are meant, whichever browser brings it', async () => {
    const browsers = [
      await session('alice', '_1'),
      await session('alice', '_2'),
      await session('bob', '_1'),
      await session('alice'),
    ]
    const one = request({ relayState: 'r 1' })
    const page = await createBrowser().get(one.url)
    expect(page.status).toBe(302)
    expect(await read(page, one.id)).toMatchObject({ outcome: 'complete', relayState: 'r 1' })
    expect(await open(browsers)).toEqual([false, true, true, true])
    expect(await last()).toMatchObject({ principal: 'company:alice', detail: { request: one.id } })

    const all = request({ sessionIndexes: [] })
    expect((await createBrowser().get(all.url)).status).toBe(302)
    expect(await open(browsers)).toEqual([false, false, true, false])
    const events = await at.gateway.audit.recent({ type: 'signout', limit: 2 })
    expect(events.map(({ event }) => event.detail?.request)).toEqual([all.id, all.id])
  })

  test('is answered with success when no session is left', async () => {
    const nobody = request({ nameId: { value: 'nobody' } })
    const page = await createBrowser().get(nobody.url)
    expect(await read(page, nobody.id)).toMatchObject({ outcome: 'complete' })
    expect((await last())?.reason).toContain('no session was meant')
  })

  test('by POST, answered at the registered address', async () => {
    const browser = await session('alice', '_1')
    const { form, url } = request({ binding: 'post', relayState: 'r' })
    const origin = at.simulator.idp.url
    const page = await browser.post(url, { ...form }, { origin })
    expect([page.status, page.location?.startsWith(at.simulator.idp.sloUrl)]).toEqual([302, true])
    expect(await isSignedIn(at, browser)).toBe(false)
  })

  test('by SOAP, answered in the same exchange', async () => {
    const browser = await session('alice', '_1')
    const built = request({ binding: 'soap' })
    const answer = await fetch(slo(), {
      method: 'POST',
      headers: { 'content-type': 'text/xml; charset=utf-8' },
      body: built.envelope ?? '',
    })
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      'text/xml; charset=utf-8',
    ])
    const peer = {
      entityId: at.config.signIn.saml[0]?.spEntityId ?? '',
      signingKeys: [ours.certificate],
    }
    const options = { peer, destination: at.simulator.idp.sloUrl, inResponseTo: built.id }
    const envelope = await answer.text()
    expect(
      await readLogoutResponse({ binding: 'soap', envelope }, { ...options, now: at.clock.now }),
    ).toMatchObject({ outcome: 'complete' })
    expect(await isSignedIn(at, browser)).toBe(false)
  })

  const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  test.each<[string, () => string, string]>([
    ['nothing', () => slo(), 'redirect.invalid'],
    ['one without signature', () => request().url.replace(/&SigAlg=.*$/, ''), 'logout.signature'],
    ['one by another key', () => request({ sign: { key: stranger } }).url, 'signature.value'],
    [
      'one whose relay state was changed',
      () => request({ relayState: 'a' }).url.replace('RelayState=a', 'RelayState=b'),
      'signature.value',
    ],
    ['one of another issuer', () => request({ issuer: 'https://x.example' }).url, 'logout.issuer'],
    [
      'one for another address',
      () => {
        const { search } = new URL(request({ destination: 'https://x.example/slo' }).url)
        return slo() + search
      },
      'logout.destination',
    ],
    [
      'one of an hour ago',
      () => request({ now: new Date(at.clock.now.getTime() - 3_600_000) }).url,
      'logout.time',
    ],
  ])('%s is refused and ends nothing', async (_, url, code) => {
    const browser = await session('alice', '_1')
    const page = await browser.get(url())
    expect(page.status).toBe(403)
    expect(page.location).toBeUndefined()
    const event = await last()
    expect(event).toMatchObject({ type: 'signout.refused', source: 'company', result: 'refused' })
    expect(event?.code).toBe(code)
    expect(page.body).not.toContain(event?.code ?? '')
    expect(await isSignedIn(at, browser)).toBe(true)
  })

  test('works once', async () => {
    const { url } = request({ sessionIndexes: ['_7'] })
    expect((await createBrowser().get(url)).status).toBe(302)
    const browser = await session('alice', '_7')
    expect((await browser.get(url)).status).toBe(403)
    expect((await last())?.code).toBe('logout.replayed')
    expect(await isSignedIn(at, browser)).toBe(true)
  })

  test('without a key of ours it still ends the session, and a page says so', async () => {
    const browser = await session('alice', '_1')
    await at.gateway.reload({ ...at.config, signIn: { ...at.config.signIn, samlKeys: [] } })
    const page = await browser.get(request().url)
    expect([page.status, page.body.includes('You are signed out')]).toEqual([200, true])
    expect(await isSignedIn(at, browser)).toBe(false)
    await at.gateway.reload(at.config)
  })

  test('of an unknown provider, and more than is taken, are refused', async () => {
    const browser = createBrowser()
    expect((await browser.get(`${at.url}/signin/saml/x/slo?SAMLRequest=a`)).status).toBe(404)
    const big = await fetch(slo(), {
      method: 'POST',
      headers: { 'content-type': 'text/xml' },
      body: 'x'.repeat(600_000),
    })
    expect(big.status).toBe(413)
  })
})

test('our metadata lists where it may be sent, as long as there is a key to answer with', async () => {
  const endpoints = async () => {
    const page = await createBrowser().get(`${at.url}/signin/saml/company/metadata`)
    return readMetadata(page.body).entities[0]?.sp?.sloEndpoints
  }
  expect(await endpoints()).toEqual(
    [bindings.redirect, bindings.post, bindings.soap].map(binding => ({
      binding,
      location: slo(),
    })),
  )
  await at.gateway.reload({ ...at.config, signIn: { ...at.config.signIn, samlKeys: [] } })
  expect(await endpoints()).toEqual([])
  await at.gateway.reload(at.config)
})

test('a provider that takes POST alone gets a form', async () => {
  const browser = createBrowser()
  await signInAtIdp(at, browser, 'bob')
  const idp = await (await fetch(at.simulator.idp.metadataUrl)).text()
  const xml = idp.replace(
    /<md:SingleLogoutService [^>]*HTTP-Redirect[^>]*>(<\/md:SingleLogoutService>)?/,
    '',
  )
  expect(xml).not.toBe(idp)
  await at.gateway.reload(withProvider(at, { metadata: { file: 'idp.xml', xml } }))
  const { location = '' } = await signOut(browser)
  const form = readForm(await browser.get(`${at.url}${location}`))
  expect(form.action).toBe(at.simulator.idp.sloUrl)
  expect(Object.keys(form.fields)).toEqual(['SAMLRequest', 'RelayState'])
  const back = await browser.post(form.action, form.fields, { origin: at.url })
  expect((await browser.get(back.location ?? '')).location).toBe(`${at.url}/signin`)
  await at.gateway.reload(at.config)
})

test('the events of all this have their facts', async () => {
  const events = await at.gateway.audit.recent({ limit: 1000 })
  expectFacts(events, ['signout', 'signout.provider', 'signout.refused'])
})
