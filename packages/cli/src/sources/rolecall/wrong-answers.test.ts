/** What a server, or what stands in its place, may answer wrongly. */
import { createServer } from 'node:http'
import { createHttpSend } from '@rolecall/aws'
import { expect, onTestFinished, test } from 'vitest'
import type { Connection } from '../../connections/connection.ts'
import type { SignInParts } from '../../providers/provider.ts'
import { signInByDevice } from './device-sign-in.ts'
import { findServer, serverUrl } from './oauth-server.ts'
import { signInAtServer, signOutOf, whoAmI } from './rolecall.ts'

interface Answer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: unknown
}

/** Answers each path with what it is given, whoever asks. */
async function serverWith(answers: (origin: string) => Readonly<Record<string, Answer>>) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    const {
      status = 200,
      headers = {},
      body,
    } = answers(origin)[request.url ?? ''] ?? {
      status: 404,
      body: '<html>nothing here</html>',
    }
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const bound = server.address()
  const origin = `http://127.0.0.1:${typeof bound === 'object' && bound !== null ? bound.port : 0}`
  return { origin, asked }
}

const discovery = '/oauth/.well-known/openid-configuration'

/** Somebody who is signed in, as far as this machine knows. */
function signedIn(url: string) {
  const held = {
    issuer: `${url}/oauth`,
    tokenEndpoint: `${url}/oauth/token`,
    revocationEndpoint: `${url}/oauth/token/revocation`,
    accessToken: 'secret-access-token',
    accessExpires: '2126-01-01T00:00:00Z',
    refreshToken: 'secret-refresh-token',
  }
  let kept: string | undefined = JSON.stringify(held)
  const parts = {
    send: createHttpSend(),
    ask: { possible: false, tell: () => undefined },
    remembered: {
      get: async () => kept,
      set: async (_: string, value: string) => {
        kept = value
      },
      delete: async () => {
        kept = undefined
      },
    },
    now: () => new Date('2026-01-01T00:00:00Z'),
  } as unknown as SignInParts
  const connection = { name: 'work', url, skipPrompt: false } as unknown as Connection
  return { parts, connection, isKept: () => kept !== undefined }
}

const me = {
  body: {
    id: 'a',
    username: 'alice',
    displayName: 'A',
    source: 's',
    groups: [],
    authenticatedAt: 'x',
  },
}
const role = {
  name: 'Admin',
  arn: 'arn:aws:iam::123456789012:role/Admin',
  forms: ['credentials'],
  consoleHref: '//evil.example/console',
}
const account = { alias: 'prod', id: '123456789012', roles: [role] }
const roles = (...accounts: readonly unknown[]) => ({ body: { accounts } })
const error = (status: number, code: string, more: object = {}, headers = {}): Answer => ({
  status,
  headers,
  body: { error: { code, message: 'It is so.', ...more } },
})

test.each([
  ['its roles are no list', { body: {} }, 'provider', 'not understood (accounts)'],
  [
    'an account has no roles',
    roles({ alias: 'prod', id: '123456789012' }),
    'provider',
    'an account',
  ],
  [
    'an ARN is none',
    roles({ ...account, roles: [{ ...role, arn: 'arn:aws:iam::1:role/x' }] }),
    'provider',
    'an ARN',
  ],
  ['a role is of another account', roles({ ...account, id: '210987654321' }), 'provider', 'an ARN'],
  [
    'a page is in its place',
    { body: '<html>Log in to the hotel</html>' },
    'provider',
    'status 200',
  ],
  ['a proxy does not reach it', { status: 502, body: 'Bad Gateway' }, 'network', 'status 502'],
  [
    'too much was asked',
    error(429, 'too-many-requests', { hint: 'Wait.' }, { 'retry-after': '7' }),
    'refused',
    'It is so. (too-many-requests)',
  ],
  ['it may not be', error(403, 'access-refused', { eventId: '42' }), 'noRole', '(access-refused)'],
  ['AWS refuses', error(502, 'aws-refused'), 'credentials', '(aws-refused)'],
  ['its store is away', error(503, 'store-unavailable'), 'network', '(store-unavailable)'],
  ['it fails', error(500, 'internal'), 'provider', '(internal)'],
  ['it knows a new refusal', error(403, 'something-new'), 'refused', '(something-new)'],
])('where %s, the failure says so', async (_, answer, reason, words) => {
  const { origin } = await serverWith(() => ({ '/api/v1/roles': answer, '/api/v1/me': me }))
  const { parts, connection } = signedIn(origin)
  const failing = signInAtServer(connection, parts)
  await expect(failing).rejects.toMatchObject({ reason })
  await expect(failing).rejects.toThrow(words)
  await expect(failing).rejects.not.toThrow(/secret-/)
})

test('the hint has the words of the server, the time to wait and the audit event', async () => {
  const answer = error(
    429,
    'too-many-requests',
    { hint: 'Wait.', eventId: '7' },
    { 'retry-after': '9' },
  )
  const { origin } = await serverWith(() => ({ '/api/v1/roles': answer, '/api/v1/me': me }))
  const { parts, connection } = signedIn(origin)
  await expect(signInAtServer(connection, parts)).rejects.toMatchObject({
    hint: 'Wait.; wait 9 s; event 7',
  })
})

const keys = {
  accessKeyId: 'ASIAEXAMPLE',
  secretAccessKey: 'secret-of-the-keys',
  sessionToken: 'token',
  expiration: '2026-01-01T01:00:00Z',
  region: 'eu-central-1',
  account: '123456789012',
  roleArn: role.arn,
  assumedRoleArn: 'arn:aws:sts::123456789012:assumed-role/Admin/alice',
  notes: [],
}

test.each([
  [{ roleArn: 'arn:aws:iam::123456789012:role/Root' }, 'roleArn of another role'],
  [{ account: '210987654321' }, 'account of another role'],
  [{ expiration: '2025-12-31T00:00:00Z' }, 'expiration'],
  [{ secretAccessKey: 'two words' }, 'secretAccessKey'],
  [{ sessionToken: undefined }, 'sessionToken'],
  [{ endpointUrl: 'file:///etc/passwd' }, 'endpointUrl'],
])('keys with %j are not used', async (over, words) => {
  const { origin } = await serverWith(() => ({
    '/api/v1/roles': roles(account),
    '/api/v1/me': me,
    '/api/v1/roles/prod/Admin/credentials': { body: { ...keys, ...over } },
  }))
  const { parts, connection } = signedIn(origin)
  const signed = await signInAtServer(connection, parts)
  const [offered] = signed.roles
  if (offered === undefined) throw new Error('no role')
  // It leads to another host: no console.
  expect(offered.consoleHref).toBeUndefined()
  const failing = signed.keys(offered, {})
  await expect(failing).rejects.toMatchObject({ reason: 'provider' })
  await expect(failing).rejects.toThrow(words)
  await expect(failing).rejects.not.toThrow('secret-of-the-keys')
})

test('a role that gives the console alone gives no keys', async () => {
  const forms = ['console']
  const { origin } = await serverWith(() => ({
    '/api/v1/roles': roles({ ...account, roles: [{ ...role, forms }] }),
    '/api/v1/me': me,
  }))
  const { parts, connection } = signedIn(origin)
  const signed = await signInAtServer(connection, parts)
  const [offered] = signed.roles
  if (offered === undefined) throw new Error('no role')
  expect(offered.keys).toBe(false)
  await expect(signed.keys(offered, {})).rejects.toMatchObject({
    reason: 'noRole',
    hint: 'open it: rolecall console -a work prod/Admin',
  })
})

test('a token that is never taken is renewed once, and then the person is needed', async () => {
  const { origin, asked } = await serverWith(() => ({
    '/api/v1/roles': error(401, 'not-signed-in'),
    '/api/v1/me': error(401, 'not-signed-in'),
    '/oauth/token': { body: { access_token: 'another', token_type: 'Bearer', expires_in: 300 } },
  }))
  const { parts, connection } = signedIn(origin)
  await expect(signInAtServer(connection, parts)).rejects.toMatchObject({ reason: 'cannotAsk' })
  expect(asked.filter(each => each === 'POST /oauth/token')).toHaveLength(1)
})

test.each([
  [429, { error: { code: 'too-many-requests' } }, 'refused', 'asked too often', 'wait 7 s'],
  [503, { error: { code: 'store-unavailable' } }, 'network', 'cannot answer now', 'in a minute'],
  [502, 'Bad Gateway', 'network', 'cannot answer now', 'in a minute'],
  [500, { error: 'server_error' }, 'provider', 'server_error', 'in a minute'],
  [400, { error: 'temporarily_unavailable' }, 'provider', 'temporarily_unavailable', 'in a minute'],
  [200, '<html>Log in to the hotel</html>', 'provider', 'not of OAuth', 'no proxy or portal'],
])('a refresh that is answered with %i and %j does not cost the sign-in', async (...row) => {
  const [status, body, reason, words, hint] = row
  const { origin } = await serverWith(() => ({
    '/api/v1/me': error(401, 'not-signed-in'),
    '/oauth/token': { status, headers: { 'retry-after': '7' }, body },
  }))
  const { parts, connection, isKept } = signedIn(origin)
  const failing = whoAmI(connection, parts)
  await expect(failing).rejects.toMatchObject({ reason, hint: expect.stringContaining(hint) })
  await expect(failing).rejects.toThrow(words)
  expect(isKept()).toBe(true)
})

test.each([
  [429, ['5 s', '10 s']],
  [503, ['5 s', '10 s']],
])('a device goes on asking after a %i', async (status, pauses) => {
  let polls = 0
  const { origin } = await serverWith(at => ({
    [discovery]: {
      body: {
        issuer: `${at}/oauth`,
        authorization_endpoint: `${at}/oauth/auth`,
        token_endpoint: `${at}/oauth/token`,
        device_authorization_endpoint: `${at}/oauth/device/auth`,
      },
    },
    '/oauth/device/auth': {
      body: { device_code: 'd', user_code: 'BCDF-GHJK', verification_uri: `${at}/device` },
    },
    '/oauth/token':
      polls++ > 5 ? { status: 400, body: { error: 'access_denied' } } : { status, body: {} },
  }))
  const waits: string[] = []
  const parts = {
    send: createHttpSend(),
    ask: { tell: () => undefined, waiting: () => ({ done: () => undefined }) },
    now: () => new Date(),
    sleep: async (ms: number) => void waits.push(`${ms / 1000} s`),
  } as unknown as SignInParts
  const signing = signInByDevice(await findServer(origin, parts.send), parts)
  await expect(signing).rejects.toMatchObject({ reason: 'signInRefused' })
  expect(waits.slice(0, 2)).toEqual(pauses)
})

test('a certificate that is not verified is none of a server', async () => {
  const { origin, asked } = await serverWith(() => ({ '/api/v1/me': me }))
  const { parts, connection, isKept } = signedIn(origin)
  const open = { ...connection, skipVerify: true }
  await expect(whoAmI(open, parts)).rejects.toMatchObject({ reason: 'configuration' })
  await expect(signOutOf(open, parts)).rejects.toMatchObject({ reason: 'configuration' })
  expect([asked, isKept()]).toEqual([[], true])
})

test('a server that cannot take tokens back is told of, and they are gone here', async () => {
  const { origin } = await serverWith(() => ({}))
  const { parts, connection, isKept } = signedIn(origin)
  await expect(signOutOf(connection, parts)).rejects.toMatchObject({ reason: 'network' })
  expect(isKept()).toBe(false)
})

test.each([
  ['calls itself otherwise', { issuer: 'https://evil.example/oauth' }, 'it calls itself'],
  ['sends tokens elsewhere', { token_endpoint: 'https://evil.example/token' }, 'token_endpoint'],
  ['has no endpoints', { authorization_endpoint: undefined }, 'no endpoints'],
])('a server that %s is none', async (_, over, words) => {
  const { origin } = await serverWith(at => ({
    [discovery]: {
      body: {
        issuer: `${at}/oauth`,
        authorization_endpoint: `${at}/oauth/auth`,
        token_endpoint: `${at}/oauth/token`,
        ...over,
      },
    },
  }))
  const failing = findServer(origin, createHttpSend())
  await expect(failing).rejects.toMatchObject({ reason: 'provider' })
  await expect(failing).rejects.toThrow(words)
})

test('an address where nothing answers is a failure of the network', async () => {
  const { origin } = await serverWith(() => ({}))
  await expect(findServer(origin, createHttpSend())).rejects.toMatchObject({ reason: 'provider' })
  await expect(findServer('http://127.0.0.1:1', createHttpSend())).rejects.toMatchObject({
    reason: 'network',
  })
})

test('a server is https, or on this machine', () => {
  expect(serverUrl('https://aws.example.com/')).toBe('https://aws.example.com')
  expect(serverUrl('https://example.com/aws/')).toBe('https://example.com/aws')
  expect(serverUrl('http://localhost:8080')).toBe('http://localhost:8080')
  const wrong = [
    'http://aws.example.com',
    'http://127.0.0.1.evil.example',
    'aws.example.com',
    'ftp://x',
    'https://u:p@aws.example.com',
    'https://:p@aws.example.com',
    'https://aws.example.com/?',
    'https://aws.example.com/?next=x',
  ]
  for (const url of wrong) {
    expect(() => serverUrl(url)).toThrow(expect.objectContaining({ reason: 'configuration' }))
  }
})
