/** Behind proxies: whose address counts, and whom they name. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { signedIn, startGateway, type TestGateway } from '../gateway.ts'
import { ask, begin, beginDevice, decideDevice, poll, signCommandIn, tokensOf } from './support.ts'

let at: TestGateway
beforeAll(async () => {
  at = await startGateway(config => ({
    ...config,
    listen: { ...config.listen, trustedProxies: ['127.0.0.1'] },
    signIn: {
      ...config.signIn,
      headers: [
        {
          id: 'proxy',
          title: 'Proxy',
          emailDomains: [],
          from: ['127.0.0.1'],
          username: 'x-remote-user',
          lowerCase: false,
          displayName: undefined,
          email: undefined,
          groups: undefined,
          separator: ',',
          secret: undefined,
          clientCertificate: undefined,
          groupsFrom: [],
          logoutUrl: undefined,
        },
      ],
    },
  }))
})
afterAll(() => at.close())

const from = (address: string) => ({ headers: { 'x-forwarded-for': address } })

test('a device at another address than the browser is warned about, and recorded', async () => {
  const browser = await signedIn(at, { username: 'bob' })
  const device = await beginDevice(at, {}, { 'x-forwarded-for': '203.0.113.9' })
  const address = `${at.url}/device?user_code=${device.userCode}`
  const page = await browser.get(address, from('198.51.100.7'))
  expect(page.body).toContain('It asks from 203.0.113.9, and your browser is at 198.51.100.7.')
  const near = await browser.get(address, from('203.0.113.9'))
  expect(near.body).not.toContain('It asks from')

  at.clock.advance(150)
  const later = await browser.get(address, from('203.0.113.9'))
  expect(later.body).toContain('2 minutes ago')
  await decideDevice(at, browser, device.userCode, 'allow')
  tokensOf(await poll(at, device.deviceCode))
  const [recorded] = await at.gateway.audit.recent({ limit: 1 })
  expect(recorded?.event).toMatchObject({
    type: 'signin.succeeded',
    principal: 'company:bob',
    source: 'company',
    address: '203.0.113.9',
    detail: { client: 'rolecall-cli', way: 'device', host: 'build-host', browser: '127.0.0.1' },
  })
})

test('whom a proxy names for one request signs no command in', async () => {
  const headers = { 'x-remote-user': 'root', accept: 'text/html' }
  const page = await fetch(`${at.url}/device`, { headers })
  expect(page.status).toBe(403)
  expect(await page.text()).toContain('a command line needs a sign-in that lasts')
})

test('a token that comes with a name of the proxy is refused', async () => {
  const { access } = await signCommandIn(at, await signedIn(at))
  const named = await ask(at, access, '/api/v1/me', { headers: { 'x-remote-user': 'root' } })
  expect(named.status).toBe(400)
  expect((await ask(at, access)).body).toMatchObject({ id: 'company:alice' })
})

test('the cookies of a sign-in under way are for the pages of it only, and no script', async () => {
  const answer = await fetch(begin(at).address, { redirect: 'manual' })
  const cookies = answer.headers.getSetCookie()
  expect(cookies.length).toBeGreaterThan(0)
  for (const cookie of cookies) {
    expect(cookie).toMatch(/; path=\/oauth\/(auth|interaction)\/[\w-]{43};/)
    expect(cookie).toMatch(/; samesite=lax; httponly$/)
  }
})

test('on https behind a proxy that ends TLS all is https, and the cookies are secure', async () => {
  const there = await startGateway(config => ({ ...config, publicUrl: 'https://aws.example' }))
  try {
    const answer = await fetch(`${there.url}/oauth/.well-known/openid-configuration`)
    expect(await answer.json()).toMatchObject({
      issuer: 'https://aws.example/oauth',
      token_endpoint: 'https://aws.example/oauth/token',
    })
    const sent = await fetch(begin(there).address, { redirect: 'manual' })
    expect(sent.headers.get('location')).toMatch(/^\/oauth\/interaction\/[\w-]{43}$/)
    const cookies = sent.headers.getSetCookie()
    expect(cookies.length).toBeGreaterThan(0)
    for (const cookie of cookies) expect(cookie).toContain('; secure')
    const device = await beginDevice(there)
    expect(device.answer.body.verification_uri).toBe('https://aws.example/device')
  } finally {
    await there.close()
  }
})
