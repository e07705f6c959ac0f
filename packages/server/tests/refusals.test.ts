/** What the HTTP edge refuses: cheaply, and on record. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type AuditEvent, createDirectory } from '../src/index.ts'
import { createBrowser, signedIn, startGateway, startSaml, type TestGateway } from './gateway.ts'

const form = { 'content-type': 'application/x-www-form-urlencoded' }
const password = 'correct horse battery staple'

let at: TestGateway
const start = async () => {
  at = await startGateway(config => ({
    ...config,
    listen: { ...config.listen, trustedProxies: ['127.0.0.1'] },
  }))
  const directory = createDirectory(at.store, { now: () => at.clock.now })
  await directory.add({ username: 'root', groups: [], password })
}

async function events(): Promise<readonly AuditEvent[]> {
  return (await at.gateway.audit.recent({ limit: 1000 })).map(({ event }) => event)
}

const postForm = (url: string, payload: string, headers = {}) =>
  at.gateway.app.inject({ method: 'POST', url, headers: { ...form, ...headers }, payload })

const attempt = (body: unknown, address = '192.0.2.1') =>
  at.gateway.app.inject({
    method: 'POST',
    url: '/api/v1/signin/password',
    headers: {
      origin: at.url,
      'content-type': 'application/json',
      'x-forwarded-for': address,
    },
    payload: JSON.stringify(body),
  })

describe('the assertion consumer service', () => {
  beforeAll(start)
  afterAll(() => at.close())

  test('refuses a form of many fields before it is taken apart', async () => {
    const answer = await postForm('/signin/saml/company/acs', 'a&'.repeat(17))
    expect(answer.statusCode).toBe(400)
    const few = await postForm('/signin/saml/company/acs', 'a&'.repeat(15))
    expect(few.statusCode).toBe(403)
  })

  test('answers a large form of many fields at once', async () => {
    const payload = 'a&'.repeat(260_000)
    const began = performance.now()
    for (let times = 0; times < 5; times += 1) {
      expect((await postForm('/signin/saml/nobody/acs', payload)).statusCode).toBe(400)
    }
    // Taking them apart would need several seconds.
    expect(performance.now() - began).toBeLessThan(1000)
  })

  test('counts before it reads', async () => {
    const headers = { 'x-forwarded-for': '192.0.2.50' }
    const statuses = new Map<number, number>()
    for (let times = 0; times < 602; times += 1) {
      const { statusCode } = await postForm('/signin/saml/company/acs', 'a&'.repeat(17), headers)
      statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1)
    }
    expect(Object.fromEntries(statuses)).toEqual({ 400: 600, 429: 2 })
  })
})

describe('the start of a SAML sign-in', () => {
  beforeAll(start)
  afterAll(() => at.close())

  test.each(['image', 'iframe', 'empty'])('is no %s: a waiting sign-in stays', async kind => {
    const browser = createBrowser()
    await startSaml(at, browser)
    const before = browser.cookies(at.url).get('rolecall-signin')
    expect(before).toBeDefined()
    const answer = await browser.get(`${at.url}/signin/saml/company`, {
      headers: { 'sec-fetch-dest': kind, 'sec-fetch-site': 'cross-site' },
    })
    expect(answer.status).toBe(403)
    expect(browser.cookies(at.url).get('rolecall-signin')).toBe(before)
  })
})

describe('a password', () => {
  beforeEach(start)
  afterEach(() => at.close())

  test('that is right is taken while another network guesses', async () => {
    const statuses: number[] = []
    for (let times = 0; times < 12; times += 1) {
      statuses.push((await attempt({ username: 'root', password: 'a guess' })).statusCode)
    }
    expect(statuses.slice(9)).toEqual([401, 429, 429])
    expect((await attempt({ username: 'root', password }, '192.0.2.2')).statusCode).toBe(200)
  })

  test('of too many bytes is refused and not counted', async () => {
    for (let times = 0; times < 12; times += 1) {
      const answer = await attempt({ username: 'root', password: 'é'.repeat(513) })
      expect(answer.statusCode).toBe(400)
    }
    const answer = await attempt({ username: 'root', password: 'é'.repeat(512) })
    expect(answer.statusCode).toBe(401)
  })

  test('typed as the username is not kept; the name of a user is', async () => {
    await attempt({ username: 'hunter2 hunter2', password: 'root' })
    await attempt({ username: 'root', password: 'hunter2 hunter2' })
    const [known, unknown] = await events()
    expect(known?.detail?.received).toBe('username "root"')
    expect(unknown?.detail?.received).toBe("no user's name (15 characters)")
    expect(JSON.stringify(await events())).not.toContain('hunter2')
  })
})

describe('the audit log has', () => {
  beforeEach(start)
  afterEach(() => at.close())

  test('one event for attempts beyond the limit, whose number they all show', async () => {
    for (let times = 0; times < 10; times += 1) await attempt({ username: 'root', password: 'x' })
    const before = (await events()).length
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => attempt({ username: 'root', password: 'x' })),
    )
    const ids = answers.map(answer => JSON.parse(answer.body).error.eventId)
    const [event, ...others] = await at.gateway.audit.recent({ limit: 1000 })
    expect(others).toHaveLength(before)
    expect(ids).toEqual(Array(5).fill(event?.id))
    expect(event?.event).toMatchObject({
      type: 'signin.refused',
      result: 'refused',
      address: '192.0.2.1',
      code: 'too-many-requests',
      reason: 'passwords for one username from one network',
      detail: { request: 'POST /api/v1/signin/password' },
    })
    await attempt({ username: 'root', password: 'x' })
    at.clock.advance(60)
    await attempt({ username: 'root', password: 'x' })
    expect(await events()).toHaveLength(before + 2)
  })

  test('attempts that found the gateway busy', async () => {
    const answers = await Promise.all(
      Array.from({ length: 120 }, (_, i) =>
        attempt({ username: `u${i}`, password }, `10.0.0.${i}`),
      ),
    )
    expect(answers.some(answer => answer.statusCode === 429)).toBe(true)
    expect(await events()).toContainEqual(
      expect.objectContaining({
        type: 'signin.refused',
        code: 'too-many-requests',
        reason: 'too many passwords are being checked at once',
      }),
    )
  })

  test('a bad address to return to, an unknown provider', async () => {
    expect((await attempt({ username: 'root', password, next: '//evil' })).statusCode).toBe(400)
    expect((await postForm('/signin/saml/nobody/acs', 'SAMLResponse=x')).statusCode).toBe(404)
    expect(await events()).toMatchObject([
      { type: 'signin.refused', code: 'unknown-provider', reason: 'nobody' },
      { type: 'signin.refused', code: 'bad-return-path' },
    ])
  })

  test('requests of other sites, under the person whose browser sent them', async () => {
    const browser = await signedIn(at)
    const keys = `${at.url}/api/v1/roles/sandbox/Developer/credentials`
    const other = { origin: 'https://evil.example' }
    const page = { headers: { 'sec-fetch-dest': 'iframe' } }
    const before = (await events()).length
    for (let times = 0; times < 3; times += 1) {
      expect((await browser.postJson(keys, {}, { headers: other })).status).toBe(403)
      expect((await browser.get(`${at.url}/console/sandbox/Developer`, page)).status).toBe(403)
    }
    const refused = (await events()).slice(0, -before)
    const who = { type: 'access.refused', result: 'refused', principal: 'company:alice' }
    expect(refused).toMatchObject([
      { ...who, code: 'not-a-navigation', reason: 'Sec-Fetch-Dest iframe' },
      { ...who, code: 'cross-site-request' },
    ])
    expect(refused[1]?.reason).toContain('Origin https://evil.example')
  })

  test('each person behind one network, whatever strangers send', async () => {
    const people = [await signedIn(at), await signedIn(at, { username: 'bob' })]
    const evil = (headers: Record<string, string>) =>
      postForm('/api/v1/signout', '', { origin: 'https://evil.example', ...headers })
    for (let index = 0; index < 300; index += 1) {
      await evil({ 'x-forwarded-for': `2001:db8:${index.toString(16)}::1` })
    }
    for (const browser of people) {
      const cookie = `rolecall=${browser.cookies(at.url).get('rolecall')}`
      await evil({ cookie })
      await evil({ cookie })
    }
    const [second, first, ...strangers] = await events()
    expect([first?.principal, second?.principal]).toEqual(['company:alice', 'company:bob'])
    expect(strangers.filter(event => event.code === 'cross-site-request')).toHaveLength(241)
  })

  test('each limit that is reached', async () => {
    const guesses = ['root', ...Array.from({ length: 20 }, (_, index) => `u${index}`)]
    for (let times = 0; times < 11; times += 1) await attempt({ username: 'root', password: 'x' })
    for (const username of guesses) await attempt({ username, password: 'x' })
    const limits = (await events()).filter(event => event.code === 'too-many-requests')
    expect(limits.map(event => event.reason)).toEqual([
      'passwords from one network',
      'passwords for one username from one network',
    ])
  })

  test('a console page that is none', async () => {
    const browser = await signedIn(at)
    const query = new URLSearchParams({ destination: `blob:${at.simulator.consoleUrl}` })
    const answer = await browser.get(`${at.url}/console/sandbox/Developer?${query}`)
    expect(answer.status).toBe(400)
    const [event] = await events()
    expect(event).toMatchObject({ type: 'access.refused', code: 'bad-destination' })
  })

  test('no say in whether a request is refused', async () => {
    await at.store.close()
    const answer = await postForm('/api/v1/signout', '', { origin: 'https://evil.example' })
    expect(answer.statusCode).toBe(403)
    expect(JSON.parse(answer.body).error).not.toHaveProperty('eventId')
  })
})
