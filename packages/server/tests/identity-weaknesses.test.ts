/** The first row of what the predecessors got wrong, identity: each weakness is shown to be absent. */
import { Secret } from '@rolecall/aws'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDirectory } from '../src/index.ts'
import {
  answerSaml,
  createBrowser,
  isSignedIn,
  postSaml,
  signedIn,
  startGateway,
  startSaml,
  type TestGateway,
} from './gateway.ts'
import { sendRaw } from './support/raw-request.ts'

const proxy = '127.0.0.2'
const secret = 'a-secret-of-32-characters-or-so!'
const password = 'correct horse battery staple'
const fromProxy = ['X-Remote-User', 'alice', 'X-Remote-Groups', 'developers']

let at: TestGateway
beforeAll(async () => {
  at = await startGateway(config => ({
    ...config,
    listen: { ...config.listen, host: '0.0.0.0', trustedProxies: [proxy] },
    signIn: {
      ...config.signIn,
      headers: [
        {
          id: 'proxy',
          title: 'Proxy',
          emailDomains: [],
          from: [proxy],
          username: 'x-remote-user',
          lowerCase: false,
          displayName: undefined,
          email: undefined,
          groups: 'x-remote-groups',
          separator: ',',
          secret: { header: 'x-proxy-secret', value: new Secret(secret) },
          clientCertificate: undefined,
          groupsFrom: [],
          logoutUrl: undefined,
        },
      ],
    },
  }))
  const directory = createDirectory(at.store, { now: () => at.clock.now })
  await directory.add({ username: 'root', groups: ['platform'], password })
})
afterAll(() => at.close())

const proven = [...fromProxy, 'X-Proxy-Secret', secret]
const routes = ['/api/v1/me', '/api/v1/roles', '/api/v1/sessions']

describe('row 1, identity: a spoofed header (AFP trusts its environment)', () => {
  test.each(routes)('from a stranger is nobody, even with the secret: %s', async path => {
    const answer = await sendRaw(`${at.url}${path}`, { headers: proven, from: '127.0.0.3' })
    expect(answer.status).toBe(401)
  })

  test.each(routes)('past the proxy, without its secret, is refused: %s', async path => {
    const answer = await sendRaw(`${at.url}${path}`, { headers: fromProxy, from: proxy })
    expect(answer.status).toBe(403)
  })

  test.each(['X-Forwarded-User', 'REMOTE_USER', 'Remote-User', 'X-User', 'Authorization'])(
    'under another name is nothing: %s',
    async name => {
      const headers = [name, 'alice', 'X-Proxy-Secret', secret]
      const answer = await sendRaw(`${at.url}/api/v1/me`, { headers, from: proxy })
      expect(answer.status).toBe(401)
    },
  )
})

describe('row 1, identity: a spoofed X-Forwarded-For (AWScons takes its first part)', () => {
  test.each([
    ['a stranger claims to be the proxy', '127.0.0.3', proxy, '127.0.0.3'],
    ['a stranger claims an address', '127.0.0.3', '10.0.0.1', '127.0.0.3'],
    ['the forged left part', proxy, '10.0.0.1, 198.51.100.7', '198.51.100.7'],
  ])('%s', async (_title, from, forwarded, address) => {
    at.clock.advance(120)
    await sendRaw(`${at.url}/api/v1/signin/password`, {
      method: 'POST',
      from,
      headers: ['Origin', at.url, 'Content-Type', 'application/json', 'X-Forwarded-For', forwarded],
      body: JSON.stringify({ username: 'root', password: 'wrong' }),
    })
    const [event] = await at.gateway.audit.recent({ limit: 1 })
    expect(event?.event).toMatchObject({ type: 'signin.refused', source: 'local', address })
  })
})

describe('row 1, identity: session fixation (BottleSessions adopts a planted id)', () => {
  test('a planted cookie signs nobody in, and is not the session that is opened', async () => {
    const planted = 'p'.repeat(43)
    const browser = createBrowser()
    browser.cookies(at.url).set('rolecall', planted)
    expect(await isSignedIn(at, browser)).toBe(false)
    await browser.postJson(`${at.url}/api/v1/signin/password`, { username: 'root', password })
    expect(browser.cookies(at.url).get('rolecall')).not.toBe(planted)
    expect(await isSignedIn(at, browser)).toBe(true)
    const attacker = createBrowser()
    attacker.cookies(at.url).set('rolecall', planted)
    expect(await isSignedIn(at, attacker)).toBe(false)
  })

  test('an attacker’s own session, planted, ends when the victim signs in', async () => {
    const attacker = await signedIn(at, { username: 'mallory' })
    const theirs = attacker.cookies(at.url).get('rolecall') ?? ''
    const victim = createBrowser()
    victim.cookies(at.url).set('rolecall', theirs)
    await victim.postJson(`${at.url}/api/v1/signin/password`, { username: 'root', password })
    expect(victim.cookies(at.url).get('rolecall')).not.toBe(theirs)
    expect(await isSignedIn(at, attacker)).toBe(false)
  })

  test('an attacker’s session does not make a person of the proxy somebody else', async () => {
    const attacker = await signedIn(at, { username: 'mallory', groups: ['platform'] })
    const cookie = `rolecall=${attacker.cookies(at.url).get('rolecall')}`
    const headers = [...proven, 'Cookie', cookie]
    const answer = await sendRaw(`${at.url}/api/v1/me`, { headers, from: proxy })
    expect(JSON.parse(answer.body)).toMatchObject({ id: 'proxy:alice', groups: ['developers'] })
  })
})

describe('row 1, identity: an open redirect (BottleSaml follows RelayState)', () => {
  const elsewhere = [
    'https://evil.example/',
    '//evil.example/',
    '/\\evil.example',
    '/\t/evil.example',
    'javascript:alert(1)',
    '/..//evil.example',
  ]
  test.each(elsewhere)('%j is refused on every way in', async next => {
    const query = `?next=${encodeURIComponent(next)}`
    for (const path of ['/signin/saml/company', '/signin/headers/proxy']) {
      const answer = await sendRaw(`${at.url}${path}${query}`, { headers: proven, from: proxy })
      expect([answer.status, answer.headers.location]).toEqual([400, undefined])
    }
    const body = { username: 'root', password, next }
    const answer = await createBrowser().postJson(`${at.url}/api/v1/signin/password`, body)
    expect(answer.status).toBe(400)
  })

  test('a RelayState of an attacker leads nowhere', async () => {
    const browser = createBrowser()
    const started = await startSaml(at, browser)
    const answer = await postSaml(at, browser, answerSaml(at, started), 'https://evil.example/')
    expect([answer.status, answer.location]).toEqual([403, undefined])
  })
})

describe('row 1, identity: cross-site requests (neither has a defence)', () => {
  const json = ['Content-Type', 'application/json']
  const evil = ['Sec-Fetch-Site', 'cross-site', 'Origin', 'https://evil.example']
  const ours = ['Sec-Fetch-Site', 'same-origin', 'Origin']

  test.each(['/api/v1/roles/prod/ReadOnly/credentials', '/api/v1/signout'])(
    'a POST to %s with the proxy’s word counts from our own pages only',
    async path => {
      const send = (headers: readonly string[]) =>
        sendRaw(`${at.url}${path}`, { method: 'POST', from: proxy, headers, body: '{}' })
      expect((await send([...proven, ...json, ...evil])).status).toBe(403)
      expect((await send([...proven, ...json])).status).toBe(403)
      expect((await send([...proven, ...json, ...ours, at.url])).status).toBe(200)
    },
  )

  test.each(['cross-site', 'same-site'])('a %s fetch or image is of nobody', async site => {
    for (const mode of ['no-cors', 'cors', 'websocket']) {
      const headers = [...proven, 'Sec-Fetch-Site', site, 'Sec-Fetch-Mode', mode]
      for (const path of routes) {
        const answer = await sendRaw(`${at.url}${path}`, { headers, from: proxy })
        expect(answer.status).toBe(401)
      }
    }
  })

  test('a link of another site opens a page, as a Lax cookie would, and no frame of it does', async () => {
    const fetchSite = ['Sec-Fetch-Site', 'cross-site', 'Sec-Fetch-Mode', 'navigate']
    const open = (destination: string) =>
      sendRaw(`${at.url}/console/prod/ReadOnly`, {
        headers: [...proven, ...fetchSite, 'Sec-Fetch-Dest', destination],
        from: proxy,
      })
    expect((await open('document')).status).toBe(303)
    expect((await open('iframe')).status).toBe(403)
  })
})
