import { StsClient, staticCredentials } from '@rolecall/aws'
import type { Visitor } from '@rolecall/simulator'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CredentialsView, ErrorBody, RolesView } from '../src/http/api.ts'
import { createBrowser, signedIn, startGateway, type TestGateway } from './gateway.ts'

let at: TestGateway
let alice: Visitor
let bob: Visitor
beforeAll(async () => {
  at = await startGateway()
  alice = await signedIn(at)
  bob = await signedIn(at, { username: 'bob', groups: ['staff', 'developers'] })
})
afterAll(() => at.close())

const keysPath = (role: string) => `${at.url}/api/v1/roles/${role}/credentials`
const events = async (limit: number) =>
  (await at.gateway.audit.recent({ limit })).map(one => one.event)

describe('roles', () => {
  test('are those of the groups, with the reason', async () => {
    const view: RolesView = JSON.parse((await bob.get(`${at.url}/api/v1/roles`)).body)
    expect(view.accounts.map(one => [one.alias, one.roles.map(role => role.name)])).toEqual([
      ['prod', ['ReadOnly']],
      ['sandbox', ['Developer', 'NotThere']],
    ])
    expect(view.accounts[1]?.roles[0]).toMatchObject({
      reason: 'group "developers" by grant "sandbox-Developer" (line 1)',
      consoleHref: '/console/sandbox/Developer',
      targetHref: '/aws/sandbox',
    })
  })

  test('need a sign-in', async () => {
    const answer = await createBrowser().get(`${at.url}/api/v1/roles`)
    expect(answer.status).toBe(401)
    const body: ErrorBody = JSON.parse(answer.body)
    expect(body.error.code).toBe('not-signed-in')
  })
})

describe('credentials', () => {
  test('work with AWS and name the person', async () => {
    const answer = await bob.postJson(keysPath('sandbox/Developer'), {})
    expect(answer.status).toBe(200)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const keys: CredentialsView = JSON.parse(answer.body)
    const sts = new StsClient({
      region: keys.region,
      endpoint: keys.endpointUrl ?? 'none',
      credentials: staticCredentials({
        accessKeyId: keys.accessKeyId,
        secretAccessKey: keys.secretAccessKey,
        sessionToken: keys.sessionToken,
      }),
      now: () => at.clock.now,
    })
    expect((await sts.getCallerIdentity()).arn).toBe(
      'arn:aws:sts::100000000004:assumed-role/Developer/bob',
    )
    expect(keys).toMatchObject({ sessionName: 'bob', sourceIdentity: 'bob', notes: [] })
    expect(await events(2)).toMatchObject([
      {
        type: 'delivery.credentials',
        result: 'success',
        principal: 'company:bob',
        account: 'sandbox',
        role: 'Developer',
        grant: 'sandbox-Developer',
        sessionName: 'bob',
        accessKeyId: keys.accessKeyId,
      },
      { type: 'role.taken', result: 'success' },
    ])
    const log = JSON.stringify(await at.gateway.audit.recent())
    expect(log).not.toContain(keys.secretAccessKey)
    expect(log).not.toContain(keys.sessionToken)
  })

  test('of two people at once are of each alone, and nothing of the process changes', async () => {
    const before = { ...process.env }
    const took = await Promise.all(
      [alice, bob, alice, bob].map(person => person.postJson(keysPath('prod/ReadOnly'), {})),
    )
    const sessions = took.map(({ body }) => JSON.parse(body).sessionName)
    expect(sessions).toEqual(['alice', 'bob', 'alice', 'bob'])
    expect(new Set(took.map(({ body }) => JSON.parse(body).accessKeyId)).size).toBe(2)
    const opened = await Promise.all(
      [alice, bob].map(person => person.get(`${at.url}/console/prod/ReadOnly`)),
    )
    expect(opened.map(({ status }) => status)).toEqual([303, 303])
    expect({ ...process.env }).toEqual(before)
  })

  test('last as long as AWS allows, and say so, then and on the roles page', async () => {
    const first: CredentialsView = JSON.parse(
      (await alice.postJson(keysPath('prod/Administrator'), {})).body,
    )
    expect(first.durationSeconds).toBe(3600)
    expect(first.notes.join()).toContain('8 hours')
    const again: CredentialsView = JSON.parse(
      (await alice.postJson(keysPath('prod/Administrator'), {})).body,
    )
    expect(again).toMatchObject({ durationSeconds: 3600, notes: first.notes })
    const view: RolesView = JSON.parse((await alice.get(`${at.url}/api/v1/roles`)).body)
    const role = view.accounts[0]?.roles.find(one => one.name === 'Administrator')
    expect(role?.note).toBe(first.notes[0])
  })

  test('of a person whose name AWS cannot take name the person still, and say so', async () => {
    const zoe = await signedIn(at, { username: 'Zoë O’Neil', groups: ['developers'] })
    const keys: CredentialsView = JSON.parse(
      (await zoe.postJson(keysPath('sandbox/Developer'), {})).body,
    )
    expect(keys.sessionName).toMatch(/^[\w+=,.@-]{2,64}$/)
    expect(keys.sourceIdentity).toBe(keys.sessionName)
    expect(keys.notes).toHaveLength(1)
  })

  test('are counted for each person: too many in a minute are refused', async () => {
    const busy = await signedIn(at, { username: 'busy', groups: ['developers'] })
    const statuses = await Promise.all(
      Array.from({ length: 121 }, async () => {
        const answer = await busy.postJson(keysPath('prod/Nobody'), {})
        return answer.status
      }),
    )
    expect(statuses.filter(status => status === 429)).toHaveLength(1)
    expect((await bob.postJson(keysPath('sandbox/Developer'), {})).status).toBe(200)
  })

  test('take an empty body as well', async () => {
    const answer = await fetch(keysPath('sandbox/Developer'), {
      method: 'POST',
      headers: { origin: at.url, cookie: `rolecall=${bob.cookies(at.url).get('rolecall')}` },
    })
    expect(answer.status).toBe(200)
  })

  test('of a role that the groups do not give: 403, and the log says which grant would', async () => {
    const answer = await bob.postJson(keysPath('prod/Administrator'), {})
    expect(answer.status).toBe(403)
    const { error }: ErrorBody = JSON.parse(answer.body)
    expect(error.code).toBe('access-refused')
    const [refusal] = await at.gateway.audit.recent({ limit: 1 })
    expect(refusal?.id).toBe(error.eventId)
    expect(refusal?.event).toMatchObject({
      type: 'access.refused',
      result: 'refused',
      principal: 'company:bob',
      reason:
        'grant "prod-Administrator" (line 1) does not hold: needs group "platform"; there are 2 groups',
    })
    expect(answer.body).not.toContain('platform')
  })

  test('of a role that no grant names: 404', async () => {
    expect((await bob.postJson(keysPath('prod/Nobody'), {})).status).toBe(404)
  })

  test('of a role that AWS refuses: 502 without AWS’s words', async () => {
    const answer = await bob.postJson(keysPath('sandbox/NotThere'), {})
    expect(answer.status).toBe(502)
    expect(answer.body).not.toContain('arn:')
    const [event] = await events(1)
    expect(event).toMatchObject({ type: 'role.refused', result: 'refused', code: 'AccessDenied' })
  })
})

describe('the console', () => {
  test('opens in the role, at the destination', async () => {
    const answer = await bob.get(`${at.url}/console/sandbox/Developer`, {
      headers: { 'sec-fetch-dest': 'document' },
    })
    expect(answer.status).toBe(303)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const sent = new URL(answer.location ?? '')
    expect(sent.searchParams.get('Issuer')).toBe(at.url)
    expect(sent.searchParams.has('SessionDuration')).toBe(false)
    const tab = createBrowser()
    const { location } = await tab.get(sent.href)
    const page = await tab.get(location ?? '')
    expect(page.body).toContain('Developer')
    expect(page.body).toContain('bob')
    expect(await events(1)).toMatchObject([
      {
        type: 'delivery.console',
        accessKeyId: expect.stringMatching(/^ASIA/),
        detail: { cached: 'true' },
      },
    ])
    expect(JSON.stringify(await events(2))).not.toContain(sent.searchParams.get('SigninToken'))
  })

  test.each([
    'https://evil.example/',
    'https://console.aws.amazon.com.evil.example/',
    'https://console.aws.amazon.com@evil.example/',
    'javascript:alert(1)',
    '//evil.example',
    'http://console.aws.amazon.com/',
    'https://console.amazonaws.cn/',
  ])('does not open at %s', async destination => {
    const query = new URLSearchParams({ destination })
    const answer = await bob.get(`${at.url}/console/sandbox/Developer?${query}`)
    expect(answer.status).toBe(400)
    expect(answer.location).toBeUndefined()
  })

  test('opens at a page of the console', async () => {
    const destination = 'https://eu-west-1.console.aws.amazon.com/s3/home?region=eu-west-1'
    const query = new URLSearchParams({ destination })
    const answer = await bob.get(`${at.url}/console/sandbox/Developer?${query}`)
    expect(new URL(answer.location ?? '').searchParams.get('Destination')).toBe(destination)
  })

  test('signed out: to the sign-in, and back', async () => {
    const answer = await createBrowser().get(`${at.url}/console/sandbox/Developer?destination=x`)
    expect(answer.status).toBe(303)
    const next = encodeURIComponent('/console/sandbox/Developer?destination=x')
    expect(answer.location).toBe(`${at.url}/signin/saml/company?next=${next}`)
  })

  test.each([
    ['an image', { 'sec-fetch-dest': 'image' }],
    ['a frame', { 'sec-fetch-dest': 'iframe' }],
    ['a fetch', { 'sec-fetch-dest': 'empty' }],
    ['a prefetch', { 'sec-fetch-dest': 'document', 'sec-purpose': 'prefetch;prerender' }],
  ])('does not open in %s', async (_name, headers) => {
    const taken = async () => at.gateway.audit.recent({ limit: 1, type: 'role.taken' })
    const before = await taken()
    const answer = await at.gateway.app.inject({
      url: '/console/sandbox/Developer',
      headers: { ...headers, cookie: `rolecall=${bob.cookies(at.url).get('rolecall')}` },
    })
    expect(answer.statusCode).toBe(403)
    expect(await taken()).toEqual(before)
  })

  test('does not answer HEAD, which would take a role for nothing', async () => {
    const answer = await fetch(`${at.url}/console/sandbox/Developer`, {
      method: 'HEAD',
      headers: { cookie: `rolecall=${bob.cookies(at.url).get('rolecall')}` },
    })
    expect(answer.status).toBe(404)
  })
})

describe('targets', () => {
  test.each([
    ['its console', '/aws/sandbox', 303],
    ['unknown', '/aws/nowhere', 404],
    ['not authorised', '/aws/prod', 403],
    ['refused by AWS', '/aws/broken', 502],
  ])('%s', async (_name, path, status) => {
    const answer = await bob.get(`${at.url}${path}`)
    expect(answer.status).toBe(status)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    if (status !== 303) expect(answer.body).toContain('<main>')
  })

  test.each(['/aws/sandbox', '/aws/prod', '/aws/nowhere'])(
    'signed out, %s says nothing about itself',
    async path => {
      const answer = await createBrowser().get(`${at.url}${path}`)
      expect(answer.status).toBe(303)
      expect(answer.location).toBe(`${at.url}/signin/saml/company?next=${encodeURIComponent(path)}`)
    },
  )
})

describe('state-changing requests', () => {
  test.each([
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['a sibling host', { 'sec-fetch-site': 'same-site' }],
    ['another origin', { origin: 'https://evil.example' }],
    ['an opaque origin', { origin: 'null' }],
    ['nowhere', {}],
    ['another site that names our origin', { 'sec-fetch-site': 'cross-site', origin: 'SELF' }],
    ['another origin that says it is ours', { 'sec-fetch-site': 'same-origin', origin: 'null' }],
  ])('from %s are refused', async (_name, headers) => {
    for (const path of [
      '/api/v1/roles/sandbox/Developer/credentials',
      '/api/v1/signin/password',
      '/api/v1/signout',
    ]) {
      const answer = await at.gateway.app.inject({
        method: 'POST',
        url: path,
        headers: {
          cookie: `rolecall=${bob.cookies(at.url).get('rolecall')}`,
          'content-type': 'application/json',
          ...headers,
          ...('origin' in headers && headers.origin === 'SELF' ? { origin: at.url } : {}),
        },
        payload: '{}',
      })
      expect(answer.statusCode).toBe(403)
      expect(JSON.parse(answer.body).error.code).toBe('cross-site-request')
    }
    expect((await bob.get(`${at.url}/api/v1/me`)).status).toBe(200)
  })

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'])(
    'as %s are refused',
    async type => {
      const answer = await bob.postJson(
        keysPath('sandbox/Developer'),
        {},
        { headers: { 'content-type': type } },
      )
      expect(answer.status).toBe(415)
    },
  )

  test('that are too large are refused', async () => {
    const answer = await bob.postJson(keysPath('sandbox/Developer'), { a: 'a'.repeat(17_000) })
    expect(answer.status).toBe(413)
  })

  test.each(['{"a":1}', '[]', '"x"', '{', '{"__proto__":{}}'])(
    'with %s are refused',
    async body => {
      const answer = await at.gateway.app.inject({
        method: 'POST',
        url: '/api/v1/roles/sandbox/Developer/credentials',
        headers: {
          cookie: `rolecall=${bob.cookies(at.url).get('rolecall')}`,
          origin: at.url,
          'content-type': 'application/json',
        },
        payload: body,
      })
      expect(answer.statusCode).toBe(400)
    },
  )
})

describe('when AWS does not answer', () => {
  const nowhere = 'http://127.0.0.1:9/'
  afterAll(() => at.gateway.reload(at.config))

  test.each([
    ['STS', 'sts', [{ type: 'role.refused', result: 'error', code: 'network' }]],
    [
      'the sign-in service',
      'federation',
      [
        { type: 'delivery.console', result: 'error', code: 'network' },
        { type: 'role.taken', result: 'success' },
      ],
    ],
  ])('%s: 502, and the log says which', async (_name, endpoint, expected) => {
    const endpoints = { ...at.config.aws.endpoints, [endpoint]: nowhere }
    await at.gateway.reload({ ...at.config, aws: { ...at.config.aws, endpoints } })
    const answer = await bob.get(`${at.url}/console/sandbox/Developer`)
    expect([answer.status, answer.location]).toEqual([502, undefined])
    expect(answer.body).not.toContain('127.0.0.1')
    expect(await events(expected.length)).toMatchObject(expected)
  })
})

describe('when the audit log cannot be written', () => {
  beforeAll(async () => {
    await sql`create trigger full before insert on audit_events
      begin select raise(abort, 'disk full'); end`.execute(at.store.db)
  })
  afterAll(async () => {
    await sql`drop trigger full`.execute(at.store.db)
  })

  test('no credentials leave', async () => {
    const answer = await bob.postJson(keysPath('sandbox/Developer'), {})
    expect(answer.status).toBe(503)
    expect(Object.keys(JSON.parse(answer.body))).toEqual(['error'])
    expect(answer.body).not.toContain('disk full')
  })

  test('no console opens, by either address', async () => {
    for (const path of ['/console/sandbox/Developer', '/aws/sandbox']) {
      const answer = await bob.get(`${at.url}${path}`)
      expect(answer.status).toBe(503)
      expect(answer.location).toBeUndefined()
    }
  })

  test('nobody signs in', async () => {
    await expect(signedIn(at)).rejects.toThrow('sign-in failed: 503')
  })
})
