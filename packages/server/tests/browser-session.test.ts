import type { Visitor } from '@rolecall/simulator'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDirectory, endSessionsOf } from '../src/index.ts'
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

let at: TestGateway
beforeAll(async () => {
  at = await startGateway(config => ({
    ...config,
    signIn: { ...config.signIn, session: { idleSeconds: 600, absoluteSeconds: 3600 } },
  }))
})
afterAll(() => at.close())

describe('a browser session ends', () => {
  test('when it is not used', async () => {
    const browser = await signedIn(at)
    at.clock.advance(599)
    expect(await isSignedIn(at, browser)).toBe(true)
    at.clock.advance(599)
    expect(await isSignedIn(at, browser)).toBe(true)
    at.clock.advance(601)
    expect(await isSignedIn(at, browser)).toBe(false)
  })

  test('after its time, however much it is used', async () => {
    const browser = await signedIn(at)
    for (let minutes = 0; minutes < 55; minutes += 5) {
      at.clock.advance(300)
      expect(await isSignedIn(at, browser)).toBe(true)
    }
    at.clock.advance(300)
    expect(await isSignedIn(at, browser)).toBe(false)
  })

  test('when the identity provider says so', async () => {
    const browser = createBrowser()
    const started = await startSaml(at, browser)
    const sessionNotOnOrAfter = new Date(at.clock.now.getTime() + 120_000)
    const xml = answerSaml(at, started, { sessionNotOnOrAfter })
    await postSaml(at, browser, xml, started.relayState)
    at.clock.advance(119)
    expect(await isSignedIn(at, browser)).toBe(true)
    at.clock.advance(2)
    expect(await isSignedIn(at, browser)).toBe(false)
  })

  test('at sign-out, for whoever holds its cookie', async () => {
    const browser = await signedIn(at)
    const copy = createBrowser()
    copy.cookies(at.url).set('rolecall', browser.cookies(at.url).get('rolecall') ?? '')
    expect((await browser.postJson(`${at.url}/api/v1/signout`, {})).status).toBe(200)
    expect(browser.cookies(at.url).has('rolecall')).toBe(false)
    expect(await isSignedIn(at, copy)).toBe(false)
    const [event] = await at.gateway.audit.recent({ limit: 1 })
    expect(event?.event).toMatchObject({ type: 'signout', principal: 'company:alice' })
  })

  test('with all others of the person', async () => {
    const alice = [await signedIn(at), await signedIn(at)]
    const bob = await signedIn(at, { username: 'bob' })
    expect(await endSessionsOf(at.store, 'company:alice')).toBeGreaterThanOrEqual(2)
    expect(await Promise.all(alice.map(browser => isSignedIn(at, browser)))).toEqual([false, false])
    expect(await isSignedIn(at, bob)).toBe(true)
  })

  test('when the clock is set back by more than five minutes', async () => {
    const browser = await signedIn(at)
    at.clock.advance(-290)
    expect(await isSignedIn(at, browser)).toBe(true)
    at.clock.advance(-20)
    expect(await isSignedIn(at, browser)).toBe(false)
    at.clock.advance(310)
    expect(await isSignedIn(at, browser)).toBe(false)
  })

  test('when its provider leaves the configuration', async () => {
    const browser = await signedIn(at)
    await at.gateway.reload({ ...at.config, signIn: { ...at.config.signIn, saml: [] } })
    expect(await isSignedIn(at, browser)).toBe(false)
    await at.gateway.reload(at.config)
  })
})

describe('a use is noted', () => {
  test('at most once a minute', async () => {
    const browser = await signedIn(at)
    const seen = async () => {
      const rows = await at.store.db.selectFrom('browser_sessions').select('seen_at').execute()
      return Math.max(...rows.map(row => row.seen_at))
    }
    const first = await seen()
    at.clock.advance(59)
    await isSignedIn(at, browser)
    expect(await seen()).toBe(first)
    at.clock.advance(1)
    await isSignedIn(at, browser)
    expect(await seen()).toBe(first + 60_000)
  })
})

describe('a password', () => {
  const password = 'correct horse battery staple'
  beforeAll(async () => {
    const directory = createDirectory(at.store, { now: () => at.clock.now })
    await directory.add({ username: 'root', groups: ['platform'], password })
    await directory.add({ username: 'gone', groups: [], password })
    await directory.setDisabled('gone', true)
  })

  const attempt = (browser: Visitor, body: unknown) =>
    browser.postJson(`${at.url}/api/v1/signin/password`, body)

  test('signs a local user in and ends the session before', async () => {
    const browser = await signedIn(at)
    const before = browser.cookies(at.url).get('rolecall') ?? ''
    const answer = await attempt(browser, { username: 'root', password, next: '/roles' })
    expect([answer.status, JSON.parse(answer.body)]).toEqual([200, { location: '/roles' }])
    expect(JSON.parse((await browser.get(`${at.url}/api/v1/me`)).body)).toMatchObject({
      id: 'local:root',
      groups: ['platform'],
    })
    const old = createBrowser()
    old.cookies(at.url).set('rolecall', before)
    expect(await isSignedIn(at, old)).toBe(false)
  })

  test('that is wrong, of nobody, or of a disabled user gets one answer', async () => {
    const answers = []
    for (const body of [
      { username: 'root', password: 'wrong horse battery staple' },
      { username: 'nobody', password },
      { username: 'gone', password },
    ]) {
      const browser = createBrowser()
      const answer = await attempt(browser, body)
      expect(browser.cookies(at.url).size).toBe(0)
      const [event] = await at.gateway.audit.recent({ limit: 1 })
      expect(event?.event).toMatchObject({ type: 'signin.refused', source: 'local' })
      expect(JSON.stringify(event)).not.toContain(body.password)
      answers.push([answer.status, answer.body.replace(event?.id ?? 'no event', 'EVENT')])
    }
    expect(answers[0]).toEqual([401, expect.stringContaining('EVENT')])
    expect(answers[1]).toEqual(answers[0])
    expect(answers[2]).toEqual(answers[0])
  })

  test('refuses to return to another place, before it is looked at', async () => {
    const answer = await attempt(createBrowser(), { username: 'root', password, next: '//evil' })
    expect(answer.status).toBe(400)
  })

  test('session ends when the user is disabled, and the groups are those of now', async () => {
    const browser = createBrowser()
    await attempt(browser, { username: 'root', password })
    const directory = createDirectory(at.store, { now: () => at.clock.now })
    await directory.setDisabled('root', true)
    expect(await isSignedIn(at, browser)).toBe(false)
    await directory.setDisabled('root', false)
    expect(await isSignedIn(at, browser)).toBe(false)
  })

  test.each([
    ['the user is disabled', sql`update users set disabled_at = 1 where username = 'late'`],
    ['the password is another', sql`update users set password_hash = 'x' where username = 'late'`],
    ['the user is gone', sql`delete from users where username = 'late'`],
    [
      'a group may not name one',
      sql`insert into user_groups (user_id, group_name)
        select id, 'ad' || char(8203) || 'mins' from users where username = 'late'`,
    ],
  ])('session ends at its next use when %s, whoever did that', async (_title, change) => {
    const directory = createDirectory(at.store, { now: () => at.clock.now })
    await sql`delete from users where username = 'late'`.execute(at.store.db)
    await directory.add({ username: 'late', groups: [], password })
    const browser = createBrowser()
    await attempt(browser, { username: 'late', password })
    expect(await isSignedIn(at, browser)).toBe(true)
    await change.execute(at.store.db)
    expect(await isSignedIn(at, browser)).toBe(false)
    // Ended, not only out of use: it does not come back when the user does.
    const rows = await at.store.db.selectFrom('browser_sessions').select('principal').execute()
    expect(rows.filter(row => row.principal.includes('local:late'))).toEqual([])
  })

  test('guessing is slowed down', async () => {
    const statuses: number[] = []
    for (let i = 0; i < 11; i += 1) {
      const answer = await attempt(createBrowser(), { username: 'victim', password: `guess ${i}` })
      statuses.push(answer.status)
      if (answer.status === 429)
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    }
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429])
  })
})
