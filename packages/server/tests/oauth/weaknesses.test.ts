/** What must not work: forged requests, replayed codes and tokens, guessed codes, mixed identities. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hashToken } from '../../src/signin/tokens.ts'
import { createBrowser, signedIn, startGateway, type TestGateway } from '../gateway.ts'
import {
  allow,
  ask,
  begin,
  beginDevice,
  decideDevice,
  openQuestion,
  poll,
  post,
  refresh,
  signCommandIn,
  tokensOf,
  trade,
} from './support.ts'

let at: TestGateway
beforeAll(async () => {
  at = await startGateway(config => ({
    ...config,
    limits: { ...config.limits, signInPerAddress: 5_000 },
  }))
})
afterAll(() => at.close())

const last = async (type: string) =>
  (await at.gateway.audit.recent({ limit: 20 })).find(({ event }) => event.type === type)?.event
const statusOf = async (token: string) => (await ask(at, token)).status

describe('an authorization request', () => {
  test.each([
    ['another site', { redirect_uri: 'https://evil.example/callback' }],
    ['another host on http', { redirect_uri: 'http://evil.example/callback' }],
    ['a name that may resolve elsewhere', { redirect_uri: 'http://localhost:1234/callback' }],
    ['another path', { redirect_uri: 'http://127.0.0.1:1234/other' }],
    ['a host behind a user', { redirect_uri: 'http://127.0.0.1:1234@evil.example/callback' }],
    ['a fragment', { redirect_uri: 'http://127.0.0.1:1234/callback#x' }],
    ['a scheme of its own', { redirect_uri: 'rolecall://callback' }],
    ['nowhere', { redirect_uri: '' }],
    ['another client', { client_id: 'other' }],
  ])('sends nobody to %s', async (_where, over) => {
    const page = await (await signedIn(at)).get(begin(at, over).address)
    expect([page.status, page.location]).toEqual([400, undefined])
    expect(page.body).toContain('The command could not be signed in')
    expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
  })

  test.each([
    ['no challenge', { code_challenge: '', code_challenge_method: '' }, 'invalid_request'],
    ['a plain challenge', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['a challenge without its method', { code_challenge_method: '' }, 'invalid_request'],
    ['a token in the address', { response_type: 'token' }, 'unsupported_response_type'],
    ['an ID token in the address', { response_type: 'id_token' }, 'unsupported_response_type'],
    ['no question', { prompt: 'none' }, 'login_required'],
    ['a request elsewhere', { request_uri: 'https://evil.example/r' }, 'request_uri_not_supported'],
  ])('with %s goes back refused', async (_what, over, error) => {
    const begun = begin(at, over)
    const page = await (await signedIn(at)).get(begun.address)
    const back = new URL(page.location ?? '')
    const answer = new URLSearchParams(back.search === '' ? back.hash.slice(1) : back.search)
    expect(back.href.startsWith(begun.redirectUri)).toBe(true)
    expect([answer.get('error'), answer.get('state')]).toEqual([error, begun.state])
    expect(answer.has('code')).toBe(false)
  })

  test('is asked about each time, also after it was allowed', async () => {
    const browser = await signedIn(at)
    await allow(at, browser, begin(at))
    const { page } = await openQuestion(browser, begin(at))
    expect(page.body).toContain('Allow the rolecall command on')
  })

  test('is not answered from another browser, another site, a frame, or twice', async () => {
    const [alice, eve] = [await signedIn(at), await signedIn(at, { username: 'eve' })]
    const { address, page } = await openQuestion(alice, begin(at))
    expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(page.headers.get('content-security-policy')).toContain("form-action 'self'")
    // Or browsers would send `Origin: null` with its form.
    expect(page.headers.get('referrer-policy')).toBe('same-origin')
    expect((await eve.get(address)).status).toBe(404)
    const decision = { decision: 'allow' }
    expect((await eve.post(address, decision, { origin: at.url })).status).toBe(404)
    const [evil, headers] = ['https://evil.example', { 'sec-fetch-site': 'cross-site' }]
    expect((await alice.post(address, decision, { origin: evil, headers })).status).toBe(403)
    expect((await alice.post(address, decision)).status).toBe(403)
    const framed = { headers: { 'sec-fetch-dest': 'iframe' } }
    expect((await alice.get(address, framed)).status).toBe(403)
    expect((await alice.post(address, {}, { origin: at.url })).status).toBe(400)
    expect((await alice.post(address, decision, { origin: at.url })).status).toBe(200)
    expect((await alice.post(address, decision, { origin: at.url })).status).toBe(404)
  })

  test('answered by a double click lets one command in', async () => {
    const browser = await signedIn(at, { username: 'quick' })
    const { address } = await openQuestion(browser, begin(at))
    const device = await beginDevice(at)
    const click = async (to: string, fields: Record<string, string>) => {
      const pages = [1, 2, 3].map(() => browser.post(to, fields, { origin: at.url }))
      return (await Promise.all(pages)).map(({ status }) => status).sort()
    }
    expect(await click(address, { decision: 'allow' })).toEqual([200, 404, 404])
    const fields = { user_code: device.userCode, decision: 'allow' }
    expect(await click(`${at.url}/device`, fields)).toEqual([200, 404, 404])
    const lines = await browser.get(`${at.url}/api/v1/sessions`)
    expect(JSON.parse(lines.body).commandLines).toHaveLength(2)
    const events = (await at.gateway.audit.recent({ limit: 20 }))
      .map(({ event }) => event)
      .filter(event => event.principal === 'company:quick' && event.detail?.client !== undefined)
    const count = (type: string) => events.filter(event => event.type === type).length
    expect(count('signin.succeeded') - count('signout')).toBe(2)
  })

  test('text of the command is text on the page', async () => {
    const begun = begin(at, { host_name: '<img src=x onerror=alert(1)>"' })
    const { page } = await openQuestion(await signedIn(at), begun)
    expect(page.body).toContain('&lt;img src=x')
    expect(page.body).not.toContain('<img')
    const hidden = await openQuestion(await signedIn(at), begin(at, { host_name: 'a\u202eb' }))
    expect(hidden.page.body).toContain('Allow the rolecall command on 127.0.0.1?')
  })
})

describe('a code', () => {
  test('counts with its verifier, its client and its redirect address only', async () => {
    const browser = await signedIn(at)
    const begun = begin(at)
    const code = await allow(at, browser, begun)
    for (const over of [
      { code_verifier: 'x'.repeat(43) },
      { redirect_uri: 'http://127.0.0.1:43211/callback' },
      { redirect_uri: 'http://[::1]:43210/callback' },
    ]) {
      expect((await trade(at, begun, code, over)).body.error).toBe('invalid_grant')
    }
    // One for the kind and the network in a minute: a stranger can cause these.
    expect(await last('signin.refused')).toMatchObject({
      result: 'refused',
      address: '127.0.0.1',
      code: 'invalid_grant',
      reason: 'code_verifier does not match code_challenge',
      detail: { client: 'rolecall-cli', request: 'token' },
    })
    const bare = await post(at, '/oauth/token', {
      grant_type: 'authorization_code',
      code,
      redirect_uri: begun.redirectUri,
    })
    expect(bare.body.error).toBe('invalid_grant')
    expect((await trade(at, begun, code, { client_id: 'other' })).body.error).toBe('invalid_client')
    tokensOf(await trade(at, begun, code))
  })

  test('used twice ends the tokens that it gave', async () => {
    const begun = begin(at)
    const code = await allow(at, await signedIn(at), begun)
    const { access, refresh: token } = tokensOf(await trade(at, begun, code))
    expect(await statusOf(access)).toBe(200)
    expect((await trade(at, begun, code)).body.error).toBe('invalid_grant')
    expect(await statusOf(access)).toBe(401)
    expect((await refresh(at, token)).body.error).toBe('invalid_grant')
    expect(await last('signout')).toMatchObject({
      principal: 'company:alice',
      reason: 'a code or token was used twice',
    })
  })

  test('is over after a minute', async () => {
    const begun = begin(at)
    const code = await allow(at, await signedIn(at), begun)
    at.clock.advance(61)
    expect((await trade(at, begun, code)).body.error).toBe('invalid_grant')
  })
})

describe('a refresh token', () => {
  test('used again later ends the whole sign-in', async () => {
    const first = await signCommandIn(at, await signedIn(at, { username: 'twice' }))
    const second = tokensOf(await refresh(at, first.refresh))
    at.clock.advance(60)
    expect((await refresh(at, first.refresh)).body.error).toBe('invalid_grant')
    expect((await refresh(at, second.refresh)).body.error).toBe('invalid_grant')
    expect([await statusOf(first.access), await statusOf(second.access)]).toEqual([401, 401])
    const events = (await at.gateway.audit.recent({ limit: 10 }))
      .filter(({ event }) => event.principal === 'company:twice' && event.source === 'company')
      .slice(0, 3)
    expect(events.map(({ event }) => [event.type, event.detail?.way ?? event.reason])).toEqual([
      ['signout', 'a code or token was used twice'],
      ['signin.succeeded', 'refresh'],
      ['signin.succeeded', 'loopback'],
    ])
  })

  test('whose answer was lost is taken again at once, and nothing else of it counts', async () => {
    const first = await signCommandIn(at, await signedIn(at))
    const lost = tokensOf(await refresh(at, first.refresh))
    at.clock.advance(59)
    const again = tokensOf(await refresh(at, first.refresh))
    expect(await statusOf(again.access)).toBe(200)
    const next = tokensOf(await refresh(at, again.refresh))
    expect(await statusOf(next.access)).toBe(200)
    // Whoever has the answer that was lost has nothing more of it, and is noticed.
    expect((await refresh(at, lost.refresh)).body.error).toBe('invalid_grant')
    expect((await refresh(at, next.refresh)).body.error).toBe('invalid_grant')
    expect([await statusOf(lost.access), await statusOf(next.access)]).toEqual([401, 401])
  })

  test('is not taken again once somebody has used what came of it', async () => {
    const first = await signCommandIn(at, await signedIn(at))
    const second = tokensOf(await refresh(at, first.refresh))
    const third = tokensOf(await refresh(at, second.refresh))
    expect((await refresh(at, first.refresh)).body.error).toBe('invalid_grant')
    expect((await refresh(at, third.refresh)).body.error).toBe('invalid_grant')
    expect(await statusOf(third.access)).toBe(401)
  })

  test('used by two at the same time gives no two families', async () => {
    const { refresh: token } = await signCommandIn(at, await signedIn(at))
    const answers = await Promise.all(Array.from({ length: 4 }, () => refresh(at, token)))
    const families = answers.map(answer => tokensOf(answer))
    const usable = await at.store.db
      .selectFrom('oauth_records')
      .select('id_hash')
      .where('model', '=', 'RefreshToken')
      .where('consumed_at', 'is', null)
      .where(
        'id_hash',
        'in',
        families.map(family => hashToken(family.refresh)),
      )
      .execute()
    expect(usable).toHaveLength(1)
    const isUsable = ({ refresh: one }: { refresh: string }) =>
      usable[0]?.id_hash === hashToken(one)
    const [live, dead] = [families.find(isUsable), families.find(one => !isUsable(one))]
    const next = tokensOf(await refresh(at, live?.refresh ?? ''))
    expect((await refresh(at, dead?.refresh ?? '')).body.error).toBe('invalid_grant')
    for (const { access } of [...families, next]) expect(await statusOf(access)).toBe(401)
  })

  test('is no access token, and an access token is over in five minutes', async () => {
    const { access, refresh: token } = await signCommandIn(at, await signedIn(at))
    expect(await statusOf(token)).toBe(401)
    at.clock.advance(301)
    expect(await statusOf(access)).toBe(401)
    expect(await statusOf(tokensOf(await refresh(at, token)).access)).toBe(200)
  })
})

test.each([
  ['password', { username: 'alice', password: 'alice' }],
  ['client_credentials', {}],
  ['implicit', {}],
  ['urn:ietf:params:oauth:grant-type:token-exchange', {}],
])('the grant %s is not there', async (grant, fields) => {
  const answer = await post(at, '/oauth/token', { grant_type: grant, ...fields })
  expect(answer.status).toBe(400)
  expect(answer.body.error).toBe('unsupported_grant_type')
})

test.each([
  '/oauth/reg',
  '/oauth/token/introspection',
  '/oauth/request',
  '/oauth/device',
  '/oauth/me',
])('%s is not there', async path => {
  for (const method of ['GET', 'POST']) {
    expect((await fetch(`${at.url}${path}`, { method, headers: { origin: at.url } })).status).toBe(
      404,
    )
  }
})

test('bodies are bounded, and a page of another site may read no answer', async () => {
  const big = { grant_type: 'refresh_token', refresh_token: 'x'.repeat(20_000) }
  const answer = await fetch(`${at.url}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams(big),
  })
  expect(answer.status).toBe(413)
  const { headers } = await post(at, '/oauth/token', {}, { origin: 'https://evil.example' })
  expect(headers.get('access-control-allow-origin')).toBeNull()
  expect(headers.get('cache-control')).toContain('no-store')
  expect(headers.get('x-content-type-options')).toBe('nosniff')
})

describe('a device', () => {
  test('is looked for twenty times by one person at most', async () => {
    const browser = await signedIn(at, { username: 'guesser' })
    const statuses = []
    for (let guess = 0; guess < 22; guess += 1) {
      statuses.push(
        (await browser.get(`${at.url}/device?user_code=BCDF-GHJ${'BCDFGHJKLMNPQRSTVWXZ01'[guess]}`))
          .status,
      )
    }
    expect(statuses).toEqual([...Array(20).fill(404), 429, 429])
  })

  test('is answered once, in ten minutes, from our page only', async () => {
    const browser = await signedIn(at, { username: 'bob' })
    const { userCode, deviceCode } = await beginDevice(at)
    const fields = { user_code: userCode, decision: 'allow' }
    const evil = { origin: 'https://evil.example' }
    expect((await browser.post(`${at.url}/device`, fields, evil)).status).toBe(403)
    expect((await browser.post(`${at.url}/device`, fields)).status).toBe(403)
    const stranger = await createBrowser().post(`${at.url}/device`, fields, { origin: at.url })
    expect(stranger.status).toBe(401)
    expect((await decideDevice(at, browser, userCode.toLowerCase(), 'allow')).status).toBe(200)
    expect((await decideDevice(at, browser, userCode, 'deny')).status).toBe(404)
    const tokens = tokensOf(await poll(at, deviceCode))
    expect((await poll(at, deviceCode)).body.error).toBe('invalid_grant')
    expect(await statusOf(tokens.access)).toBe(401)

    const late = await beginDevice(at)
    at.clock.advance(601)
    expect((await decideDevice(at, browser, late.userCode, 'allow')).status).toBe(404)
    expect((await poll(at, late.deviceCode)).body.error).toBe('invalid_grant')
  })

  test('that asks without a pause is told to slow down', async () => {
    const { deviceCode } = await beginDevice(at)
    const errors = []
    for (let count = 0; count < 5; count += 1) errors.push((await poll(at, deviceCode)).body.error)
    expect(errors[0]).toBe('authorization_pending')
    expect(errors.at(-1)).toBe('slow_down')
  })

  test('leads whoever is not signed in back to its code', async () => {
    const page = await createBrowser().get(`${at.url}/device?user_code=BCDF-GHJK`)
    expect(page.location).toBe(
      `${at.url}/signin/saml/company?next=${encodeURIComponent('/device?user_code=BCDF-GHJK')}`,
    )
  })
})

describe('a token at the API', () => {
  test('comes alone', async () => {
    const browser = await signedIn(at)
    const { access } = await signCommandIn(at, browser)
    const headers = { authorization: `Bearer ${access}` }
    const both = await browser.get(`${at.url}/api/v1/me`, { headers })
    expect([both.status, JSON.parse(both.body).error.code]).toEqual([400, 'two-identities'])
    const out = await browser.postJson(`${at.url}/api/v1/signout`, {}, { headers })
    expect(out.status).toBe(400)
    expect(await statusOf(access)).toBe(200)
  })

  test('needs no origin, and comes from no page of another site', async () => {
    const { access } = await signCommandIn(at, await signedIn(at))
    const path = '/api/v1/roles/prod/ReadOnly/credentials'
    expect((await ask(at, access, path, { method: 'POST' })).status).toBe(200)
    for (const headers of [
      { origin: 'https://evil.example' },
      { 'sec-fetch-site': 'cross-site' },
    ]) {
      expect((await ask(at, access, path, { method: 'POST', headers })).status).toBe(403)
    }
  })

  test('is in the header, and counts at the API only', async () => {
    const { access } = await signCommandIn(at, await signedIn(at))
    expect((await fetch(`${at.url}/api/v1/me?access_token=${access}`)).status).toBe(401)
    const console = await fetch(`${at.url}/console/prod/ReadOnly`, {
      headers: { authorization: `Bearer ${access}` },
      redirect: 'manual',
    })
    expect(console.headers.get('location')).toContain('/signin/')
    const asCookie = await fetch(`${at.url}/api/v1/me`, {
      headers: { cookie: `rolecall=${access}` },
    })
    expect(asCookie.status).toBe(401)
    for (const token of ['', 'x', `${access}x`, 'a'.repeat(5_000)]) {
      expect(await statusOf(token)).toBe(401)
    }
    const refused = await ask(at, `${access.slice(1)}x`)
    expect(refused.headers.get('www-authenticate')).toBe(
      'Bearer realm="Rolecall", error="invalid_token"',
    )
  })

  test('needs the scope', async () => {
    const begun = begin(at, { scope: 'openid offline_access admin' })
    const { access } = tokensOf(await trade(at, begun, await allow(at, await signedIn(at), begun)))
    expect(await statusOf(access)).toBe(401)
  })
})

test('nothing that the store keeps opens anything', async () => {
  const begun = begin(at)
  const code = await allow(at, await signedIn(at), begun)
  const device = await beginDevice(at)
  const { access, refresh: token } = tokensOf(await trade(at, begun, code))
  const { db } = at.store
  const kept = JSON.stringify([
    await db.selectFrom('oauth_records').selectAll().execute(),
    await db.selectFrom('browser_sessions').selectAll().execute(),
    await at.gateway.audit.recent({ limit: 1000 }),
  ])
  for (const secret of [
    code,
    access,
    token,
    device.deviceCode,
    device.userCode,
    device.userCode.replace('-', ''),
    begun.verifier,
  ]) {
    expect(secret.length).toBeGreaterThan(7)
    expect(kept).not.toContain(secret)
  }
  // The grants are there, and are neither cookies nor tokens.
  const grants = [...kept.matchAll(/\\"grantId\\":\\"([\w-]{43})\\"/g)].map(([, id = '']) => id)
  expect(grants.length).toBeGreaterThan(0)
  for (const grant of new Set(grants)) {
    const asCookie = await fetch(`${at.url}/api/v1/me`, {
      headers: { cookie: `rolecall=${grant}` },
    })
    expect([asCookie.status, await statusOf(grant)]).toEqual([401, 401])
  }
  expect(await statusOf(access)).toBe(200)
})
