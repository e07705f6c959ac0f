/** What was weak in AFP and is not here. The numbers are those of the list of its weaknesses. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createDirectory } from '../../src/index.ts'
import { hostRecords } from '../support/dns-server.ts'
import { sendRaw } from '../support/raw-request.ts'
import {
  type FederationGateway,
  far,
  grants,
  machines,
  password,
  people,
  type RawOptions,
  startFederationGateway,
  web,
} from './support.ts'

const proxy = '127.0.0.21'
const signInProxy = '127.0.0.22'

let at: FederationGateway
beforeAll(async () => {
  at = await startFederationGateway(config => ({
    ...config,
    listen: { ...config.listen, trustedProxies: [proxy] },
    aws: { ...config.aws, timeoutMs: 700 },
    signIn: {
      ...config.signIn,
      headers: [
        {
          id: 'proxy',
          title: 'Proxy',
          emailDomains: [],
          from: [signInProxy],
          username: 'x-remote-user',
          lowerCase: false,
          displayName: undefined,
          email: undefined,
          groups: 'x-remote-groups',
          separator: ',',
          secret: undefined,
          clientCertificate: undefined,
          groupsFrom: [],
          logoutUrl: undefined,
        },
      ],
    },
    federationApi: [
      { prefix: people, for: 'people', sources: ['proxy', 'local'] },
      { prefix: '/passwords', for: 'people', sources: ['local'] },
      { prefix: machines, for: 'machines', hosts: ['ims.example.com'], plainHttp: false },
    ],
  }))
})
beforeAll(() => {
  // To DNS the proxies are machines with a role.
  const ofProxies = [proxy, signInProxy].flatMap(address => hostRecords(web.name, address))
  at.dns.records = [...at.dns.records, ...ofProxies]
})
afterAll(() => at.close())
afterEach(() => at.simulator.faults.clear())

const account = `${people}/account`
const keys = `${people}/account/sandbox/Developer/credentials`
const own = `${machines}/meta-data/iam/security-credentials/Developer`
const latest = async (limit: number) =>
  (await at.gateway.audit.recent({ limit })).map(({ event }) => event)
const assumed = () => at.simulator.calls().filter(call => call.operation === 'AssumeRole').length

describe('1 identity', () => {
  const bob = { 'x-remote-user': 'bob', 'x-remote-groups': 'staff' }

  test('headers count from the proxy that signs people in, and from nobody else', async () => {
    const answer = await at.send(account, { from: signInProxy, headers: bob })
    expect(answer).toMatchObject({ status: 200, headers: { 'x-username': 'bob' } })
    for (const from of ['127.0.0.1', proxy]) {
      expect((await at.send(account, { from, headers: bob })).status).toBe(401)
    }
    const claimed = { ...bob, 'x-forwarded-for': signInProxy }
    expect((await at.send(account, { from: proxy, headers: claimed })).status).toBe(401)
    // Nor where the mount does not take that source, and never by the header of the answer.
    const elsewhere = await at.send('/passwords/account', { from: signInProxy, headers: bob })
    expect(elsewhere.status).toBe(401)
    expect((await at.send(account, { headers: { 'x-username': 'alice' } })).status).toBe(401)
  })

  test('the proxy’s word goes before a password that it passes on', async () => {
    const answer = await at.asAlice(account, { from: signInProxy, headers: bob })
    expect(answer.headers['x-username']).toBe('bob')
  })

  test.each<[string, RawOptions, number]>([
    ['itself', { from: web.address }, 200],
    ['through a listed proxy', { from: proxy, headers: { 'x-forwarded-for': web.address } }, 200],
    [
      'by the name of the mount',
      { from: web.address, headers: { host: 'ims.example.com:80' } },
      200,
    ],
    [
      'by X-Forwarded-For from anybody',
      { from: '127.0.0.30', headers: { 'x-forwarded-for': web.address } },
      403,
    ],
    [
      'by X-Forwarded-For that a client sent to the listed proxy',
      { from: proxy, headers: { 'x-forwarded-for': `${web.address}, 127.0.0.30` } },
      403,
    ],
    ['as a listed proxy itself', { from: proxy }, 403],
    ['as a proxy that signs people in', { from: signInProxy }, 403],
    [
      'for a client of its own proxy',
      { from: web.address, headers: { 'x-forwarded-for': '127.0.0.30' } },
      403,
    ],
    [
      'for a client of its own proxy that only says Via',
      { from: web.address, headers: { via: '1.1 squid' } },
      403,
    ],
    ['for a web page', { from: web.address, headers: { 'sec-fetch-site': 'same-origin' } }, 403],
    [
      'for a web page of another origin',
      { from: web.address, headers: { origin: 'https://evil.example' } },
      403,
    ],
    [
      'for a link on a web page',
      { from: web.address, headers: { referer: 'https://evil.example/' } },
      403,
    ],
    [
      'for a client of its own proxy that only says X-Real-IP',
      { from: web.address, headers: { 'x-real-ip': '127.0.0.30' } },
      403,
    ],
    [
      'for a page that gave its own name the address of a listed proxy',
      {
        from: proxy,
        headers: {
          'x-forwarded-for': web.address,
          'x-forwarded-host': 'ims.example.com',
          host: 'evil.example',
        },
      },
      403,
    ],
    [
      'through a listed proxy that passes both names on',
      {
        from: proxy,
        headers: {
          'x-forwarded-for': web.address,
          'x-forwarded-host': 'ims.example.com',
          host: 'ims.example.com:8080',
        },
      },
      200,
    ],
    [
      'for a page that gave its own name our address',
      { from: web.address, headers: { host: 'evil.example' } },
      403,
    ],
  ])('a machine: %s', async (_name, options, status) => {
    const answer = await at.send(own, options)
    expect(answer.status).toBe(status)
    if (status !== 200) expect(answer.body).not.toContain('AccessKeyId')
  })

  test('a machine: by two names at once, or as if the gateway were a proxy', async () => {
    const from = web.address
    expect((await at.send(`http://evil.example${own}`, { from })).status).toBe(403)
    const two = await sendRaw(`${at.url}${own}`, { from, headers: ['Host', 'evil.example'] })
    expect(two.status).toBe(403)
  })

  test('a grant to everyone signed in is none to machines', async () => {
    const everyone = [...grants, ...grants.slice(0, 1).map(one => ({ ...one, groups: [] }))]
    await at.gateway.reload({ ...at.config, grants: everyone })
    const asMachine = await at.send(`${machines}/account`, { from: web.address })
    const asPerson = await at.send(account, { user: 'nobody' })
    await at.gateway.reload(at.config)
    expect(asMachine.body).toBe('{"sandbox": ["Developer"]}')
    expect(asPerson.body).toBe('{"prod": ["ReadOnly"]}')
  })

  test.each<[string, RawOptions['headers'] & object]>([
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['another site, by a link', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }],
    ['a sibling of our domain', { 'sec-fetch-site': 'same-site' }],
    ['another origin', { origin: 'https://evil.example' }],
    ['a prefetch', { 'sec-fetch-site': 'same-origin', 'sec-purpose': 'prefetch' }],
  ])('a browser that %s makes ask mints nothing', async (_name, headers) => {
    const before = assumed()
    const answer = await at.asAlice(`${people}/account/prod/ReadOnly`, { headers })
    expect(answer.status).toBe(403)
    expect(assumed()).toBe(before)
    expect(await latest(1)).toMatchObject([{ type: 'access.refused', code: 'cross-site-request' }])
  })

  test('afp-web on our own address and a typed address work', async () => {
    for (const site of ['same-origin', 'none']) {
      expect((await at.asAlice(account, { headers: { 'sec-fetch-site': site } })).status).toBe(200)
    }
  })

  test('no password in the clear', async () => {
    const headers = { 'x-forwarded-for': '203.0.113.9' }
    const clear = await at.asAlice(account, { from: proxy, headers })
    expect(clear.status).toBe(403)
    expect(JSON.parse(clear.body).message).toContain('HTTPS')
    // Nobody is asked for one there.
    const asked = await at.send(account, { from: proxy, headers })
    expect(asked.status).toBe(401)
    expect(asked.headers['www-authenticate']).toBeUndefined()
    const tls = { ...headers, 'x-forwarded-proto': 'https' }
    expect((await at.asAlice(account, { from: proxy, headers: tls })).status).toBe(200)
    // A client may claim what it wants of itself.
    const spoofed = { 'x-forwarded-proto': 'https', 'x-forwarded-for': '127.0.0.1' }
    expect(
      (await at.send(account, { from: '127.0.0.1', user: 'mallory', headers: spoofed })).status,
    ).toBe(401)
  })

  test('no machine’s keys in the clear, unless the mount says so', async () => {
    const headers = { 'x-forwarded-for': far.address }
    const clear = await at.send(own, { from: proxy, headers })
    expect(clear.status).toBe(403)
    expect(JSON.parse(clear.body).message).toContain('HTTPS')
    const tls = { ...headers, 'x-forwarded-proto': 'https' }
    expect((await at.send(own, { from: proxy, headers: tls })).status).toBe(200)
    const federationApi = at.config.federationApi.map(mount =>
      mount.for === 'machines' ? { ...mount, plainHttp: true } : mount,
    )
    await at.gateway.reload({ ...at.config, federationApi })
    expect((await at.send(own, { from: proxy, headers })).status).toBe(200)
    await at.gateway.reload(at.config)
  })

  test.each([
    'Basic',
    'Basic !!!',
    'Basic YWxpY2U',
    `Basic ${Buffer.from('alice').toString('base64')}`,
    `Basic ${Buffer.from(':x').toString('base64')}`,
    `Basic ${Buffer.from('al\u0000ice:x').toString('base64')}`,
    `Basic ${Buffer.from([0xff, 0x3a, 0x61]).toString('base64')}`,
    `Basic ${'A'.repeat(8000)}`,
  ])('a broken Authorization is refused: %.40s', async authorization => {
    const answer = await at.send(account, { headers: { authorization } })
    expect(answer.status).toBe(400)
  })

  test('guesses are counted, the person’s own requests are not', async () => {
    const from = '127.0.0.40'
    for (let index = 0; index < 14; index += 1) {
      expect((await at.asAlice(account, { from })).status).toBe(200)
    }
    const guess = (index: number) => at.asAlice(account, { from, password: `guess ${index}` })
    const statuses: number[] = []
    for (let index = 0; index < 12; index += 1) statuses.push((await guess(index)).status)
    expect(statuses.filter(status => status === 401)).toHaveLength(9)
    const refused = await guess(99)
    expect(refused.status).toBe(429)
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
    expect((await at.asAlice(account, { from })).status).toBe(200)
  })
})

describe('2 session names', () => {
  test('are safe whatever the person is called, and the header too', async () => {
    const directory = createDirectory(at.store, { now: () => at.clock.now })
    for (const [username, header] of [
      ['zoë o’neil', 'zo%C3%AB%20o%E2%80%99neil'],
      ['corp\\bob', 'corp\\bob'],
      [`${'long'.repeat(25)}`, 'long'.repeat(25)],
    ] as const) {
      await directory.add({ username, groups: ['staff'], password })
      const answer = await at.send(keys, { user: username })
      expect(answer.status).toBe(200)
      expect(answer.headers['x-username']).toBe(header)
      const [event] = await latest(1)
      expect(event?.sessionName).toMatch(/^[\w+=,.@-]{2,64}$/)
    }
  })

  test('X-Username has no line of its own', async () => {
    const answer = await at.send(account, {
      from: signInProxy,
      headers: { 'x-remote-user': 'bob\u0085X-Evil: 1' },
    })
    expect(answer.status).toBe(403)
    expect(answer.headers['x-evil']).toBeUndefined()
    expect(answer.headers['x-username']).toBe('Unknown User')
  })
})

describe('3 durations and 5 secrets', () => {
  test('no SessionDuration that AWS would refuse; keys go to AWS in a body, not in an address', async () => {
    const answer = await at.asAlice(`${people}/account/sandbox/Developer/consoleurl`)
    expect(answer.status).toBe(200)
    const [call] = at.simulator.calls().filter(one => one.operation === 'getSigninToken')
    expect(call?.method).toBe('POST')
    expect(call?.parameters.map(([name]) => name)).not.toContain('SessionDuration')
    expect(call?.path).not.toContain('session')
  })

  test('neither keys nor console addresses are in the audit log; its lines say who got which', async () => {
    const answer = await at.asAlice(`${people}/account/sandbox/Developer`)
    const document = JSON.parse(answer.body)
    const log = JSON.stringify(await at.gateway.audit.recent({ limit: 1000 }))
    for (const secret of [document.SecretAccessKey, document.Token, password]) {
      expect(log).not.toContain(secret)
    }
    expect(log).not.toContain('SigninToken')
    const delivered = {
      result: 'success',
      principal: 'local:alice',
      source: 'local',
      address: '127.0.0.1',
      account: 'sandbox',
      role: 'Developer',
      grant: 'sandbox-Developer',
      sessionName: 'alice',
      accessKeyId: document.AccessKeyId,
    }
    expect(await latest(2)).toMatchObject([
      { type: 'delivery.console', ...delivered },
      { type: 'delivery.credentials', ...delivered },
    ])
  })

  test('a probe that gives nothing away is no delivery', async () => {
    const delivered = async () =>
      (await latest(1000)).filter(({ type }) => type.startsWith('delivery.')).length
    const before = await delivered()
    const path = `${machines}/meta-data/iam/security-credentials/`
    expect((await at.send(path, { from: web.address })).body).toBe('Developer')
    expect(await delivered()).toBe(before)
  })
})

describe('4 caching', () => {
  test('AWS is asked once for each principal and role', async () => {
    const before = assumed()
    const from = signInProxy
    const as = (user: string) => ({
      from,
      headers: { 'x-remote-user': user, 'x-remote-groups': 'staff' },
    })
    const [first, second, other] = [
      await at.send(keys, as('kept')),
      await at.send(keys, as('kept')),
      await at.send(keys, as('other')),
    ].map(({ body }) => JSON.parse(body).AccessKeyId)
    expect(second).toBe(first)
    expect(other).not.toBe(first)
    expect(assumed() - before).toBe(2)
  })
})

describe('7 partitions', () => {
  test('the console is that of the account’s partition, spelt as AFP spelt it', async () => {
    const { console: _console, ...endpoints } = at.config.aws.endpoints
    await at.gateway.reload({
      ...at.config,
      aws: { ...at.config.aws, endpoints: { ...endpoints, console: undefined } },
    })
    const { body } = await at.asAlice(
      `${people}/account/sandbox/Developer/consoleurl?callbackurl=https://www.foobar.invalid`,
    )
    await at.gateway.reload(at.config)
    expect(body).toMatch(
      /\?Action=login&Issuer=https%3A%2F%2Fwww\.foobar\.invalid&Destination=https%3A%2F%2Fconsole\.aws\.amazon\.com%2F&SigninToken=[\w%.-]+$/,
    )
  })
})

describe('9 availability', () => {
  test('an AWS that hangs is 502 in time, a DNS that is silent 500', async () => {
    at.simulator.faults.add({ operation: 'AssumeRole', connection: 'hang' })
    const from = signInProxy
    const headers = { 'x-remote-user': 'waits', 'x-remote-groups': 'staff' }
    expect((await at.send(keys, { from, headers })).status).toBe(502)
    at.dns.broken.set('50.0.0.127.in-addr.arpa', 'silent')
    expect((await at.send(`${machines}/account`, { from: '127.0.0.50' })).status).toBe(500)
  })

  test('one who asks too much is told to wait, before the password is looked at; others are not', async () => {
    await at.gateway.reload({ ...at.config, limits: { ...at.config.limits, apiPerPrincipal: 3 } })
    const directory = createDirectory(at.store, { now: () => at.clock.now })
    for (const username of ['much', 'little'])
      await directory.add({ username, groups: [], password })
    const asks = async (times: number, options: RawOptions, prefix = people) => {
      const statuses: number[] = []
      for (let index = 0; index < times; index += 1) {
        statuses.push((await at.send(`${prefix}/account`, options)).status)
      }
      return statuses
    }
    const named = { from: signInProxy, headers: { 'x-remote-user': 'asks', 'x-remote-groups': '' } }
    expect(await asks(4, named)).toEqual([200, 200, 200, 429])
    expect(await asks(4, { from: web.address }, machines)).toContain(429)
    expect(await asks(4, { user: 'much' })).toEqual([200, 200, 200, 429])
    expect(await asks(1, { user: 'little' })).toEqual([200])
    await at.gateway.reload(at.config)
  })

  test('one who takes too much is told to wait; others are not', async () => {
    const from = signInProxy
    const as = (user: string) => ({
      from,
      headers: { 'x-remote-user': user, 'x-remote-groups': 'staff' },
    })
    const statuses = await Promise.all(
      Array.from({ length: 125 }, async () => (await at.send(keys, as('busy'))).status),
    )
    expect(statuses.filter(status => status === 429)).toHaveLength(5)
    expect((await at.send(keys, as('calm'))).status).toBe(200)
  })
})

describe('a new configuration', () => {
  test('ends a mount at once; a new one waits for a restart; who counts changes at once', async () => {
    const [first, ...others] = at.config.federationApi
    const added = { prefix: '/new', for: 'people', sources: ['local'] } as const
    const next = { ...at.config, federationApi: [...others, added] }
    expect(await at.gateway.reload(next)).toEqual(['federationApi'])
    expect((await at.asAlice(account)).status).toBe(404)
    expect((await at.asAlice('/new/account')).status).toBe(404)
    expect((await at.asAlice('/passwords/account')).status).toBe(200)
    const only = { prefix: '/passwords', for: 'people', sources: ['proxy'] } as const
    await at.gateway.reload({ ...at.config, federationApi: [only] })
    expect((await at.asAlice('/passwords/account')).status).toBe(401)
    expect((await at.send(`${machines}/account`, { from: web.address })).status).toBe(404)
    expect(first?.prefix).toBe(people)
  })
})
