/** People whom a trusted proxy names in headers: 127.0.0.2 is the proxy, every other address a stranger. */
import { execFileSync } from 'node:child_process'
import { connect } from 'node:net'
import { Secret } from '@rolecall/aws'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Config, createDirectory } from '../src/index.ts'
import { createBrowser, signedIn, startGateway, type TestGateway } from './gateway.ts'
import { type RawRequest, sendRaw } from './support/raw-request.ts'

const proxy = '127.0.0.2'
const password = 'correct horse battery staple'

type HeaderSource = Config['signIn']['headers'][number]

const source: HeaderSource = {
  id: 'proxy',
  title: 'Company proxy',
  emailDomains: [],
  from: [proxy],
  username: 'x-remote-user',
  lowerCase: false,
  displayName: 'x-remote-name',
  email: undefined,
  groups: 'x-remote-groups',
  separator: ',',
  secret: undefined,
  clientCertificate: undefined,
  groupsFrom: [],
  logoutUrl: undefined,
}

let at: TestGateway
beforeAll(async () => {
  at = await startGateway(config => ({
    ...config,
    listen: { ...config.listen, host: '0.0.0.0', trustedProxies: [proxy] },
    signIn: { ...config.signIn, headers: [source] },
  }))
  const directory = createDirectory(at.store, { now: () => at.clock.now })
  await directory.add({ username: 'root', groups: ['platform'], password })
})
afterAll(() => at.close())

/** The gateway with its one source changed, for the time of the work. */
async function withSource(over: Partial<HeaderSource>, work: () => Promise<void>): Promise<void> {
  const signIn = { ...at.config.signIn, headers: [{ ...source, ...over }] }
  await at.gateway.reload({ ...at.config, signIn })
  try {
    await work()
  } finally {
    await at.gateway.reload(at.config)
  }
}

const ask = (path: string, headers: readonly string[], over: RawRequest = {}) =>
  sendRaw(`${at.url}${path}`, { from: proxy, headers, ...over })

async function me(headers: readonly string[], over: RawRequest = {}) {
  const { status, body } = await ask('/api/v1/me', headers, over)
  return { status, ...JSON.parse(body) }
}

const post = (path: string, headers: readonly string[], body: unknown = {}) =>
  ask(path, ['Origin', at.url, 'Content-Type', 'application/json', ...headers], {
    method: 'POST',
    body: JSON.stringify(body),
  })

async function latestEvents(limit: number) {
  return (await at.gateway.audit.recent({ limit })).map(({ event }) => event)
}

/** Somebody without a group. */
const person = (name: string) => ['X-Remote-User', name, 'X-Remote-Groups', '']

const alice = ['X-Remote-User', 'alice', 'X-Remote-Groups', 'developers, platform']

describe('a person whom the proxy names', () => {
  test('is signed in for this request, with groups, and without a session', async () => {
    const before = await at.store.db.selectFrom('browser_sessions').selectAll().execute()
    const answer = await ask('/api/v1/me', [...alice, 'X-Remote-Name', 'Alice Moreau'])
    expect(JSON.parse(answer.body)).toMatchObject({
      id: 'proxy:alice',
      source: 'proxy',
      displayName: 'Alice Moreau',
      groups: ['developers', 'platform'],
    })
    expect(JSON.parse(answer.body)).not.toHaveProperty('expiresAt')
    expect(answer.cookies.size).toBe(0)
    const after = await at.store.db.selectFrom('browser_sessions').selectAll().execute()
    expect(after).toEqual(before)
    expect((await me([])).status).toBe(401)
  })

  test('takes roles by the API, and is named in the audit log', async () => {
    const answer = await post('/api/v1/roles/prod/ReadOnly/credentials', alice)
    expect([answer.status, answer.body]).toEqual([200, expect.stringContaining('accessKeyId')])
    const [event] = await latestEvents(1)
    expect(event).toMatchObject({ type: 'delivery.credentials', principal: 'proxy:alice' })
  })

  test('opens consoles and short addresses without a click', async () => {
    for (const path of ['/console/prod/ReadOnly', '/aws/sandbox']) {
      const { status, headers } = await ask(path, alice)
      expect([status, headers.location]).toEqual([303, expect.stringContaining('Action=login')])
    }
  })

  test('is whom each request names, also on one connection of the proxy', async () => {
    const { port } = new URL(at.url)
    const names = ['alice', 'bob', 'nobody-at-all', 'alice']
    const requests = names.map((name, index) => {
      const says = name.startsWith('nobody') ? '' : `X-Remote-User: ${name}\r\nX-Remote-Groups:\r\n`
      const end = index === names.length - 1 ? 'close' : 'keep-alive'
      return `GET /api/v1/me HTTP/1.1\r\nHost: x\r\n${says}Connection: ${end}\r\n\r\n`
    })
    const answers = await new Promise<string>((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port: Number(port), localAddress: proxy })
      const pieces: Buffer[] = []
      socket.on('data', piece => pieces.push(piece)).once('error', reject)
      socket.once('close', () => resolve(Buffer.concat(pieces).toString('utf8')))
      socket.write(requests.join(''))
    })
    const found = [...answers.matchAll(/"id":"([^"]+)"|"code":"([^"]+)"/g)]
    expect(found.map(([, id, code]) => id ?? code)).toEqual([
      ...['proxy:alice', 'proxy:bob', 'not-signed-in', 'proxy:alice'],
    ])
  })

  test('leaves one event a minute, not one for each request', async () => {
    at.clock.advance(120)
    const headers = [...person('folded'), 'X-Forwarded-For', '198.51.100.9']
    for (let times = 0; times < 5; times += 1) expect((await me(headers)).status).toBe(200)
    const ofThem = (await latestEvents(20)).filter(event => event.principal === 'proxy:folded')
    expect(ofThem).toHaveLength(1)
    expect(ofThem[0]).toMatchObject({
      type: 'signin.succeeded',
      source: 'proxy',
      address: '198.51.100.9',
      detail: { how: 'headers', groups: '0', groupsFrom: 'headers 0' },
    })
  })

  test.each([
    ['one group', 'developers', ['developers']],
    ['none', '', []],
    ['spaces and empty ones', ' a ,, b\t', ['a', 'b']],
    ['one twice', 'a,b,a', ['a', 'b']],
    ['a space inside', 'Domain Users,x', ['Domain Users', 'x']],
    ['nothing is decoded twice', 'a%2Cb,%61dmins', ['a%2Cb', '%61dmins']],
    ['UTF-8', Buffer.from('Zürich', 'utf8').toString('latin1'), ['Zürich']],
  ])('has a list of groups: %s', async (_title, text, groups) => {
    const found = await me(['X-Remote-User', 'alice', 'X-Remote-Groups', text])
    expect(found.groups).toEqual(groups)
  })

  test('may have another separator, and a name in lower case', async () => {
    await withSource({ separator: ';', lowerCase: true }, async () => {
      const found = await me(['X-Remote-User', 'CORP\\Alice', 'X-Remote-Groups', 'a,b;c'])
      expect(found).toMatchObject({ id: 'proxy:corp\\alice', groups: ['a,b', 'c'] })
    })
  })

  test('has the groups of the machine too, where the source says so', async () => {
    const ofMachine = execFileSync('id', ['-Gnz', 'daemon'], { encoding: 'utf8' })
    await withSource({ groupsFrom: ['system'] }, async () => {
      const found = await me(['X-Remote-User', 'daemon', 'X-Remote-Groups', 'developers'])
      expect(found.groups).toEqual(['developers', ...ofMachine.split('\0').filter(Boolean)])
      expect((await me(person('no-such-person'))).groups).toEqual([])
    })
  })

  test('is refused when a source of groups cannot tell', async () => {
    await withSource({ groupsFrom: ['gone'] }, async () => {
      expect((await me(alice)).status).toBe(403)
      const [event] = await latestEvents(1)
      expect(event).toMatchObject({ code: 'groups-unavailable', source: 'proxy' })
    })
  })

  test('ends with the source', async () => {
    await at.gateway.reload({ ...at.config, signIn: { ...at.config.signIn, headers: [] } })
    expect((await me(alice)).status).toBe(401)
    await at.gateway.reload(at.config)
  })
})

describe('a header from anybody else', () => {
  test('is ignored, and leaves one event', async () => {
    at.clock.advance(120)
    for (let times = 0; times < 4; times += 1) {
      const claim = [...alice, 'X-Forwarded-For', proxy, 'Forwarded', `for=${proxy}`]
      expect((await me(claim, { from: '127.0.0.3' })).status).toBe(401)
    }
    const events = (await latestEvents(20)).filter(({ code }) => code === 'header-ignored')
    expect(events).toEqual([
      expect.objectContaining({
        type: 'signin.refused',
        result: 'refused',
        source: 'proxy',
        address: '127.0.0.3',
      }),
    ])
    expect(events[0]?.principal).toBeUndefined()
  })

  test('does not change who a session is of', async () => {
    const browser = await signedIn(at, { username: 'bob', groups: [] })
    const { body } = await browser.get(`${at.url}/api/v1/me`, {
      headers: { 'x-remote-user': 'alice' },
    })
    expect(JSON.parse(body)).toMatchObject({ id: 'company:bob', groups: [] })
  })
})

describe('the proxy’s headers are refused', () => {
  const long = 'a'.repeat(257)
  test.each([
    ['twice', [...alice, 'x-remote-user', 'bob']],
    ['twice the same', [...alice, 'X-Remote-User', 'alice']],
    ['the groups twice', [...alice, 'X-Remote-Groups', 'admins']],
    ['empty', person('')],
    ['as Apache writes what is not set', person('(null)')],
    ['with a look-alike', [...alice, 'X_Remote_User', 'bob']],
    ['with only a look-alike', ['X_Remote_User', 'bob']],
    ['with a look-alike of the groups', [...alice, 'X-Remote_Groups', 'admins']],
    ['with a dot in a look-alike', [...alice, 'x.remote.user', 'bob']],
    ['not ASCII', person('al\u00edce')],
    ['with a tab', person('alice\tbob')],
    ['too long', person(long)],
    ['without the groups', ['X-Remote-User', 'alice']],
    ['groups that are not UTF-8', ['X-Remote-User', 'alice', 'X-Remote-Groups', 'a,\u00ff']],
    [
      'a group with a zero-width space',
      [
        'X-Remote-User',
        'alice',
        'X-Remote-Groups',
        Buffer.from('plat\u200bform', 'utf8').toString('latin1'),
      ],
    ],
    [
      'more than 1000 groups',
      [
        'X-Remote-User',
        'alice',
        'X-Remote-Groups',
        Array.from({ length: 1001 }, (_, index) => `g${index}`).join(),
      ],
    ],
  ])('%s', async (_title, headers) => {
    at.clock.advance(120)
    const answer = await me(headers)
    expect([answer.status, answer.error?.code]).toEqual([403, 'signin-refused'])
    const [event] = await at.gateway.audit.recent({ limit: 1 })
    expect(event?.id).toBe(answer.error.eventId)
    expect(event?.event).toMatchObject({ type: 'signin.refused', source: 'proxy' })
    expect(event?.event.code).toMatch(/^(header-refused|identity-text|too-many-values)$/)
    // A session does not help: the request says two things.
    const browser = await signedIn(at, { username: 'bob' })
    const cookie = `rolecall=${browser.cookies(at.url).get('rolecall')}`
    expect((await me([...headers, 'Cookie', cookie])).status).toBe(403)
  })

  test('and what else the request is refused for has its event too', async () => {
    const headers = [...alice, ...alice, 'Origin', 'https://evil.example']
    const answer = await sendRaw(`${at.url}/api/v1/signout`, {
      method: 'POST',
      headers,
      from: proxy,
    })
    expect(answer.status).toBe(403)
    expect(await latestEvents(1)).toMatchObject([{ code: 'cross-site-request' }])
  })

  test('when two sources name somebody', async () => {
    const other = { ...source, id: 'other', username: 'x-other-user', groups: undefined }
    const signIn = { ...at.config.signIn, headers: [source, other] }
    await at.gateway.reload({ ...at.config, signIn })
    expect((await me(alice)).id).toBe('proxy:alice')
    expect((await me(['X-Other-User', 'alice'])).id).toBe('other:alice')
    expect((await me([...alice, 'X-Other-User', 'alice'])).status).toBe(403)
    await at.gateway.reload(at.config)
  })

  test('without the secret of the proxy, which the audit log never holds', async () => {
    const value = 'a-secret-of-32-characters-or-so!'
    const secret = { header: 'x-proxy-secret', value: new Secret(value) }
    await withSource({ secret }, async () => {
      at.clock.advance(120)
      expect((await me(alice)).status).toBe(403)
      const wrong = 'another-secret-that-was-tried!!!'
      expect((await me([...alice, 'X-Proxy-Secret', wrong])).status).toBe(403)
      const twice = ['X-Proxy-Secret', value, 'X-Proxy-Secret', value]
      expect((await me([...alice, ...twice])).status).toBe(403)
      expect((await me([...alice, 'X-Proxy-Secret', value])).id).toBe('proxy:alice')
      const log = JSON.stringify(await at.gateway.audit.recent({ limit: 20 }))
      expect(log).toContain('proxy-unproven')
      expect(log).not.toContain(value)
      expect(log).not.toContain(wrong)
    })
  })
})

describe('a session and the proxy’s word', () => {
  test('of two people: the word counts and the session ends', async () => {
    const browser = await signedIn(at, { username: 'carol', groups: ['platform'] })
    const cookie = ['Cookie', `rolecall=${browser.cookies(at.url).get('rolecall')}`]
    const found = await me(['X-Remote-User', 'bob', 'X-Remote-Groups', 'developers', ...cookie])
    expect(found).toMatchObject({ id: 'proxy:bob', groups: ['developers'] })
    const ended = (await latestEvents(5)).find(({ type }) => type === 'signout')
    expect(ended).toMatchObject({ principal: 'company:carol', detail: { named: 'proxy:bob' } })
    expect((await me(cookie)).status).toBe(401)
  })

  test('that comes with no word counts by itself', async () => {
    const browser = await signedIn(at, { username: 'carol' })
    const cookie = ['Cookie', `rolecall=${browser.cookies(at.url).get('rolecall')}`]
    expect((await me(cookie)).id).toBe('company:carol')
  })
})

describe('signing out', () => {
  test('keeps the word from counting in this browser, for this person only', async () => {
    const left = await post('/api/v1/signout', alice)
    expect([left.status, left.body]).toEqual([200, '{}'])
    const [event] = await latestEvents(1)
    expect(event).toMatchObject({ type: 'signout', principal: 'proxy:alice', source: 'proxy' })
    const cookie = ['Cookie', `rolecall-out=${left.cookies.get('rolecall-out')}`]
    expect((await me([...alice, ...cookie])).status).toBe(401)
    expect((await me(alice)).status).toBe(200)
    expect((await me([...person('bob'), ...cookie])).id).toBe('proxy:bob')

    const back = await ask('/signin/headers/proxy?next=/aws/prod', [...alice, ...cookie])
    expect([back.status, back.headers.location]).toEqual([303, '/aws/prod'])
    expect(back.cookies.get('rolecall-out')).toBe('')
  })

  test('goes on at the proxy where it has an address for it', async () => {
    await withSource({ logoutUrl: 'https://proxy.example.com/logout' }, async () => {
      const { body } = await post('/api/v1/signout', alice)
      expect(JSON.parse(body)).toEqual({ location: 'https://proxy.example.com/logout' })
    })
  })

  test('of the proxy’s word is not needed to be somebody else: a password does it', async () => {
    const login = { username: 'root', password }
    const signed = await post('/api/v1/signin/password', alice, login)
    expect(signed.status).toBe(200)
    const cookie = ['Cookie', [...signed.cookies].map(pair => pair.join('=')).join('; ')]
    expect((await me([...alice, ...cookie])).id).toBe('local:root')
    // Another person at the same browser is nobody's guest.
    expect((await me([...person('bob'), ...cookie])).id).toBe('proxy:bob')
    expect((await me([...alice, ...cookie])).status).toBe(401)
  })
})

describe('the way in', () => {
  test('without a word of the proxy says so', async () => {
    const silent = await ask('/signin/headers/proxy', [])
    expect([silent.status, silent.body]).toEqual([401, expect.stringContaining('did not say')])
    const stranger = await ask('/signin/headers/proxy', alice, { from: '127.0.0.3' })
    expect(stranger.status).toBe(401)
    expect((await ask('/signin/headers/nobody', alice)).status).toBe(404)
    expect((await ask('/signin/headers/proxy?next=//evil.example', alice)).status).toBe(400)
  })

  test('is where everybody is sent when there is no other', async () => {
    const signIn = { ...at.config.signIn, saml: [], password: false }
    await at.gateway.reload({ ...at.config, signIn })
    const answer = await createBrowser().get(`${at.url}/aws/prod`)
    expect(answer.location).toBe(`${at.url}/signin/headers/proxy?next=%2Faws%2Fprod`)
    await at.gateway.reload(at.config)
    const again = await createBrowser().get(`${at.url}/aws/prod`)
    expect(again.location).toBe(`${at.url}/signin?next=%2Faws%2Fprod`)
  })
})
