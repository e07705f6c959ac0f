import type { Visitor } from '@rolecall/simulator'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Me } from '../src/http/api.ts'
import { createDirectory } from '../src/index.ts'
import {
  answerSaml,
  createBrowser,
  isSignedIn,
  postSaml,
  type StartedSignIn,
  signedIn,
  startGateway,
  startSaml,
  type TestGateway,
} from './gateway.ts'

let at: TestGateway
beforeAll(async () => {
  at = await startGateway()
})
afterAll(() => at.close())

const lastRefusal = async () =>
  (await at.gateway.audit.recent({ type: 'signin.refused', limit: 1 }))[0]

describe('a sign-in', () => {
  test('goes to the identity provider and comes back to the path that was asked for', async () => {
    const browser = createBrowser()
    const started = await startSaml(at, browser, '/console/prod/ReadOnly')
    expect(started.relayState.length).toBeLessThanOrEqual(80)
    const answer = await postSaml(at, browser, answerSaml(at, started), started.relayState)
    // Not a redirect: it would count as a redirect of the provider's form (CSP form-action).
    expect(answer.status).toBe(200)
    expect(answer.headers.get('refresh')).toBe('0; url=/console/prod/ReadOnly')
    expect(answer.body).toContain('<a href="/console/prod/ReadOnly">')

    const me: Me = JSON.parse((await browser.get(`${at.url}/api/v1/me`)).body)
    expect(me).toMatchObject({
      id: 'company:alice',
      source: 'company',
      displayName: 'Alice Moreau',
      groups: ['staff', 'developers', 'platform'],
    })
    const [event] = await at.gateway.audit.recent({ type: 'signin.succeeded', limit: 1 })
    expect(event?.event).toMatchObject({
      result: 'success',
      principal: 'company:alice',
      source: 'company',
      address: '127.0.0.1',
    })
  })

  test('keeps the token out of the store', async () => {
    const browser = await signedIn(at)
    const token = browser.cookies(at.url).get('rolecall') ?? ''
    expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/)
    const rows = await at.store.db.selectFrom('browser_sessions').selectAll().execute()
    expect(rows.length).toBeGreaterThan(0)
    expect(JSON.stringify(rows)).not.toContain(token)
  })

  test('one group is a list of one group', async () => {
    const browser = await signedIn(at, { groups: ['developers'] })
    const me: Me = JSON.parse((await browser.get(`${at.url}/api/v1/me`)).body)
    expect(me.groups).toEqual(['developers'])
  })

  test('ends the session that it replaces, and gives another token', async () => {
    const browser = await signedIn(at)
    const before = browser.cookies(at.url).get('rolecall')
    const started = await startSaml(at, browser)
    // The answer is a cross-site POST: the browser keeps the session cookie back.
    browser.cookies(at.url).delete('rolecall')
    await postSaml(at, browser, answerSaml(at, started), started.relayState)
    expect(browser.cookies(at.url).get('rolecall')).toBeDefined()
    expect(browser.cookies(at.url).get('rolecall')).not.toBe(before)
    const old = createBrowser()
    old.cookies(at.url).set('rolecall', before ?? '')
    expect(await isSignedIn(at, old)).toBe(false)
    expect(await isSignedIn(at, browser)).toBe(true)
  })

  test('works in two tabs at once', async () => {
    const browser = createBrowser()
    const first = await startSaml(at, browser, '/roles')
    const second = await startSaml(at, browser, '/')
    const one = await postSaml(at, browser, answerSaml(at, first), first.relayState)
    const two = await postSaml(at, browser, answerSaml(at, second), second.relayState)
    expect([one.location, two.location]).toEqual([`${at.url}/roles`, `${at.url}/`])
  })

  describe('leaves one session in a browser', () => {
    // As over https: the provider's answer is a cross-site POST, which brings no session cookie.
    async function finish(browser: Visitor, started: StartedSignIn): Promise<void> {
      browser.cookies(at.url).delete('rolecall')
      const answer = await postSaml(at, browser, answerSaml(at, started), started.relayState)
      expect(answer.status).toBe(303)
    }
    function copyOf(browser: Visitor): Visitor {
      const copy = createBrowser()
      copy.cookies(at.url).set('rolecall', browser.cookies(at.url).get('rolecall') ?? '')
      return copy
    }

    test('when two tabs finish', async () => {
      const browser = createBrowser()
      const tabs = [await startSaml(at, browser), await startSaml(at, browser)] as const
      await finish(browser, tabs[0])
      const first = copyOf(browser)
      expect(await isSignedIn(at, first)).toBe(true)
      await finish(browser, tabs[1])
      expect(await isSignedIn(at, first)).toBe(false)
      expect(await isSignedIn(at, browser)).toBe(true)
    })

    test('when a password signs in while the provider is asked', async () => {
      const directory = createDirectory(at.store, { now: () => at.clock.now })
      const local = { username: 'local', password: 'correct horse battery staple' }
      await directory.add({ ...local, groups: [] })
      const browser = createBrowser()
      const started = await startSaml(at, browser)
      await browser.postJson(`${at.url}/api/v1/signin/password`, local)
      const first = copyOf(browser)
      expect(await isSignedIn(at, first)).toBe(true)
      await finish(browser, started)
      expect(await isSignedIn(at, first)).toBe(false)
    })

    test('when the first one began before the second was asked for', async () => {
      const browser = await signedIn(at)
      const first = copyOf(browser)
      await finish(browser, await startSaml(at, browser))
      expect(await isSignedIn(at, first)).toBe(false)
    })

    test('when the session cookie comes with the answer', async () => {
      const browser = await signedIn(at)
      const first = copyOf(browser)
      const other = createBrowser()
      const started = await startSaml(at, other)
      const cookies = browser.cookies(at.url)
      cookies.set('rolecall-signin', other.cookies(at.url).get('rolecall-signin') ?? '')
      await postSaml(at, browser, answerSaml(at, started), started.relayState)
      expect(await isSignedIn(at, first)).toBe(false)
      expect(await isSignedIn(at, browser)).toBe(true)
    })

    test('and leaves those of other browsers alone', async () => {
      const [one, other] = [await signedIn(at), await signedIn(at)]
      expect([await isSignedIn(at, one), await isSignedIn(at, other)]).toEqual([true, true])
    })
  })

  test('waits in the last twenty tabs of a browser, and in no more', async () => {
    const browser = createBrowser()
    const tabs = []
    for (let i = 0; i < 21; i += 1) {
      tabs.push(await startSaml(at, browser))
      at.clock.advance(1)
    }
    const statuses = []
    for (const tab of [tabs[0], tabs[1], tabs[20]]) {
      if (tab === undefined) throw new Error('no tab')
      statuses.push((await postSaml(at, browser, answerSaml(at, tab), tab.relayState)).status)
    }
    expect(statuses).toEqual([403, 303, 303])
  })

  test('a session cookie that was planted is not taken over', async () => {
    const browser = createBrowser()
    const planted = 'A'.repeat(43)
    browser.cookies(at.url).set('rolecall', planted)
    const started = await startSaml(at, browser)
    await postSaml(at, browser, answerSaml(at, started), started.relayState)
    expect(browser.cookies(at.url).get('rolecall')).not.toBe(planted)
  })
})

describe('a sign-in is refused', () => {
  type Forge = Parameters<typeof answerSaml>[2]
  const cases: readonly (readonly [string, string, () => Forge])[] = [
    [
      'an expired assertion',
      'assertion.expired',
      () => ({ now: new Date(at.clock.now.getTime() - 200_000), lifetimeSeconds: 60 }),
    ],
    [
      'a response of an hour ago',
      'response.issue-instant',
      () => ({ now: new Date(at.clock.now.getTime() - 3_600_000) }),
    ],
    [
      'one from the future',
      'response.issue-instant',
      () => ({ now: new Date(at.clock.now.getTime() + 3_600_000) }),
    ],
    [
      'one for another address',
      'response.destination',
      () => ({ sp: { ...spOf(), acsUrl: 'https://other.example/acs' } }),
    ],
    [
      'one for another audience',
      'assertion.audience',
      () => ({ sp: { ...spOf(), entityId: 'https://other.example/metadata' } }),
    ],
    [
      'another issuer',
      'response.issuer',
      () => ({ idp: { entityId: 'https://evil.example/idp' } }),
    ],
    [
      'the answer to another request',
      'response.in-response-to',
      () => ({ inResponseTo: `_${'0'.repeat(40)}` }),
    ],
    ['an answer to no request', 'response.in-response-to', () => ({ inResponseTo: null })],
    [
      'a username with a hidden character',
      'identity-text',
      () => ({ attributes: { uid: 'ali\u200bce' } }),
    ],
    [
      'a username that turns the text around',
      'identity-text',
      () => ({ attributes: { uid: '\u202eecila' } }),
    ],
    ['no username', 'username-missing', () => ({ attributes: { memberOf: ['platform'] } })],
    ['two usernames', 'username-missing', () => ({ attributes: { uid: ['alice', 'bob'] } })],
    [
      'too many groups',
      'too-many-values',
      () => ({
        attributes: { uid: 'alice', memberOf: Array.from({ length: 1001 }, (_, i) => `g${i}`) },
      }),
    ],
  ]
  const spOf = () => {
    const [provider] = at.config.signIn.saml
    return { entityId: provider?.spEntityId ?? '', acsUrl: provider?.acsUrl ?? '' }
  }

  test.each(cases)('%s: %s', async (_name, code, forge) => {
    const browser = createBrowser()
    const started = await startSaml(at, browser)
    const answer = await postSaml(at, browser, answerSaml(at, started, forge()), started.relayState)
    await expectRefused(answer, browser, code)
  })

  async function expectRefused(
    answer: Awaited<ReturnType<typeof postSaml>>,
    browser: Visitor,
    code: string,
  ) {
    expect(answer.status).toBe(403)
    expect(browser.cookies(at.url).has('rolecall')).toBe(false)
    const refusal = await lastRefusal()
    expect(refusal?.event).toMatchObject({ result: 'refused', source: 'company', code })
    expect(refusal?.event.reason).toBeTruthy()
    // The page is the same for every reason, but for the number of the event and the nonce.
    const text = answer.body
      .replaceAll(/nonce="[^"]*"/g, '')
      .replace(refusal?.id ?? 'no event', 'EVENT')
    expect(text).toContain('EVENT')
    refusedPage ??= text
    expect(text).toBe(refusedPage)
    expect(text).not.toContain(code)
  }
  let refusedPage: string | undefined

  test('an unsigned response', async () => {
    const browser = createBrowser()
    const started = await startSaml(at, browser)
    const xml = answerSaml(at, started).replaceAll(/<ds:Signature\b[\s\S]*?<\/ds:Signature>/g, '')
    expect(xml).not.toContain('Signature')
    await expectRefused(
      await postSaml(at, browser, xml, started.relayState),
      browser,
      'signature.missing',
    )
  })

  test('a response that was changed after it was signed', async () => {
    const browser = createBrowser()
    const started = await startSaml(at, browser)
    const xml = answerSaml(at, started).replaceAll('>developers<', '>finance<')
    expect(xml).toContain('>finance<')
    await expectRefused(
      await postSaml(at, browser, xml, started.relayState),
      browser,
      'signature.digest',
    )
  })

  test('a second use of the same response', async () => {
    const browser = createBrowser()
    const started = await startSaml(at, browser)
    const xml = answerSaml(at, started)
    expect((await postSaml(at, browser, xml, started.relayState)).status).toBe(303)
    browser.cookies(at.url).delete('rolecall')
    const again = await postSaml(at, browser, xml, started.relayState)
    await expectRefused(again, browser, 'request-unknown')
  })

  test('an assertion used before, in the answer to a new request', async () => {
    const browser = createBrowser()
    const first = await startSaml(at, browser)
    const assertionId = `_${'ab'.repeat(20)}`
    const xml = answerSaml(at, first, { assertionId })
    expect((await postSaml(at, browser, xml, first.relayState)).status).toBe(303)
    browser.cookies(at.url).clear()
    const second = await startSaml(at, browser)
    const again = answerSaml(at, second, { assertionId })
    const answer = await postSaml(at, browser, again, second.relayState)
    await expectRefused(answer, browser, 'assertion.replayed')
  })

  test('a response in another browser than the one that asked', async () => {
    const started = await startSaml(at, createBrowser())
    const victim = createBrowser()
    const xml = answerSaml(at, started)
    const given = await postSaml(at, victim, xml, started.relayState)
    await expectRefused(given, victim, 'other-browser')

    const busy = createBrowser()
    await startSaml(at, busy)
    const givenToo = await postSaml(at, busy, xml, started.relayState)
    await expectRefused(givenToo, busy, 'other-browser')
  })

  test.each([
    ['no relay state', ''],
    ['a path as relay state', '/roles'],
    ['an address as relay state', 'https://evil.example/'],
  ])('%s', async (_name, relayState) => {
    const browser = createBrowser()
    const started = await startSaml(at, browser)
    const answer = await postSaml(at, browser, answerSaml(at, started), relayState)
    await expectRefused(answer, browser, 'relay-state-missing')
  })

  test('an answer that comes after ten minutes', async () => {
    const browser = createBrowser()
    const started = await startSaml(at, browser)
    at.clock.advance(601)
    const answer = await postSaml(at, browser, answerSaml(at, started), started.relayState)
    await expectRefused(answer, browser, 'request-expired')
  })

  test('no response, two responses, no base64', async () => {
    for (const body of ['', 'SAMLResponse=a&SAMLResponse=b', 'SAMLResponse=%00%01']) {
      const browser = createBrowser()
      await startSaml(at, browser)
      const answer = await fetch(`${at.url}/signin/saml/company/acs`, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          accept: 'text/html',
          cookie: [...browser.cookies(at.url)].map(pair => pair.join('=')).join('; '),
        },
        body,
        redirect: 'manual',
      })
      expect(answer.status).toBe(403)
      expect(answer.headers.getSetCookie()).toEqual([])
    }
  })
})

describe('many at once', () => {
  test('fifty posts of one response open one session', async () => {
    const browser = createBrowser()
    const started = await startSaml(at, browser)
    const xml = answerSaml(at, started)
    const before = await sessionCount()
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => {
        const tab = createBrowser()
        for (const [name, value] of browser.cookies(at.url)) tab.cookies(at.url).set(name, value)
        return postSaml(at, tab, xml, started.relayState)
      }),
    )
    expect(answers.filter(answer => answer.status === 303)).toHaveLength(1)
    expect(answers.filter(answer => answer.status === 403)).toHaveLength(49)
    expect(await sessionCount()).toBe(before + 1)
  })

  async function sessionCount(): Promise<number> {
    return (await at.store.db.selectFrom('browser_sessions').select('id_hash').execute()).length
  }
})

describe('starting a sign-in', () => {
  test.each(['//evil.example', '/\\evil.example', 'https://evil.example/', '/a//b'])(
    'refuses to return to %s',
    async next => {
      const answer = await createBrowser().get(
        `${at.url}/signin/saml/company?next=${encodeURIComponent(next)}`,
      )
      expect(answer.status).toBe(400)
      expect(answer.location).toBeUndefined()
    },
  )

  test('with an unknown provider', async () => {
    expect((await createBrowser().get(`${at.url}/signin/saml/nobody`)).status).toBe(404)
  })

  test('takes nothing from the Host header', async () => {
    const answer = await at.gateway.app.inject({
      url: '/signin/saml/company?next=/roles',
      headers: {
        host: 'evil.example',
        'x-forwarded-host': 'evil.example',
        'x-forwarded-proto': 'https',
      },
    })
    expect(answer.statusCode).toBe(302)
    expect(`${answer.headers.location}`.startsWith(at.simulator.idp.ssoUrl)).toBe(true)
    const metadata = await at.gateway.app.inject({
      url: '/signin/saml/company/metadata',
      headers: { host: 'evil.example' },
    })
    expect(metadata.body).toContain(`${at.url}/signin/saml/company/acs`)
    expect(metadata.body).not.toContain('evil.example')
  })
})
