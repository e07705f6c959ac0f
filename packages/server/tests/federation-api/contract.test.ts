/** AFP's API as its clients know it: every address, status, header and body. */
import { StsClient, staticCredentials } from '@rolecall/aws'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  broken,
  type FederationGateway,
  idle,
  late,
  machines,
  many,
  people,
  type RawAnswer,
  startFederationGateway,
  web,
} from './support.ts'

let at: FederationGateway
beforeAll(async () => {
  at = await startFederationGateway()
})
afterAll(() => at.close())

const json = 'application/json; charset=utf-8'
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/
const keyOrder = [
  'Code',
  'Type',
  'AccessKeyId',
  'SecretAccessKey',
  'Token',
  'Expiration',
  'LastUpdated',
]

/** The fixed body of a refusal. */
const errorBody = (status: number, phrase: string, message: string) =>
  `{"status": ${status}, "error": "${status} ${phrase}", "exception": null, "message": "${message}", "traceback": null}`

function expectError(answer: RawAnswer, body: string, name: string): void {
  expect(answer.body).toBe(body)
  expect(answer.status).toBe(JSON.parse(body).status)
  expect(answer.headers).toMatchObject({
    'content-type': json,
    'x-username': name,
    'cache-control': 'no-store',
  })
}

const denied = errorBody(403, 'Forbidden', 'Permission Denied')
const notOneRole = errorBody(404, 'Not Found', 'ConfigurationError')
const awsFailed = errorBody(502, 'Bad Gateway', 'Call to AWS failed')

/** Who the keys are to AWS. */
async function identityOf(document: Record<string, string>): Promise<string> {
  const sts = new StsClient({
    region: 'us-east-1',
    endpoint: at.simulator.stsEndpoint,
    credentials: staticCredentials({
      accessKeyId: document.AccessKeyId ?? '',
      secretAccessKey: document.SecretAccessKey ?? '',
      sessionToken: document.Token ?? '',
    }),
    now: () => at.clock.now,
  })
  return (await sts.getCallerIdentity()).arn
}

async function expectKeys(answer: RawAnswer, name: string, arn: string, more: string[] = []) {
  expect(answer.status).toBe(200)
  expect(answer.headers).toMatchObject({
    'content-type': json,
    'x-username': name,
    'cache-control': 'no-store',
  })
  const document: Record<string, string> = JSON.parse(answer.body)
  expect(Object.keys(document)).toEqual([...keyOrder, ...more])
  // Python's separators.
  expect(answer.body).toMatch(/^\{"Code": "Success", "Type": "AWS-HMAC", "AccessKeyId": "/)
  expect(document.Expiration).toMatch(instant)
  expect(document.LastUpdated).toMatch(instant)
  const life = Date.parse(document.Expiration ?? '') - Date.parse(document.LastUpdated ?? '')
  expect(life).toBeGreaterThan(3_000_000)
  expect(await identityOf(document)).toBe(arn)
  return document
}

const developer = (session: string) => `arn:aws:sts::100000000004:assumed-role/Developer/${session}`

describe('/status', () => {
  test('200, its status a text, for monitoring and without a sign-in', async () => {
    for (const prefix of [people, machines]) {
      const answer = await at.send(`${prefix}/status`)
      expect(answer.status).toBe(200)
      expect(answer.body).toBe('{"status": "200", "message": "OK"}')
      expect(answer.headers).toMatchObject({ 'content-type': json, 'x-username': 'monitoring' })
    }
    expect(at.simulator.calls().filter(call => call.operation === 'AssumeRole')).toEqual([])
  })
})

describe('/account', () => {
  test('200: role names by account', async () => {
    const answer = await at.asAlice(`${people}/account`)
    expect(answer.body).toBe('{"prod": ["ReadOnly"], "sandbox": ["Administrator", "Developer"]}')
    expect(answer.headers).toMatchObject({ 'content-type': json, 'x-username': 'alice' })
    expect(answer.status).toBe(200)
  })

  test.each(['withid', 'withid=', 'withid=false', 'x=1&withid=1'])(
    '?%s: with ids, whatever its value',
    async query => {
      const answer = await at.asAlice(`${people}/account?${query}`)
      expect(answer.body).toBe(
        '{"prod": {"id": "100000000002", "roles": ["ReadOnly"]}, "sandbox": {"id": "100000000004", "roles": ["Administrator", "Developer"]}}',
      )
    },
  )

  test('an empty map for somebody without a role', async () => {
    expect(await at.send(`${people}/account`, { user: 'nobody' })).toMatchObject({
      status: 200,
      body: '{}',
    })
  })

  test('of a machine, whose name is its address', async () => {
    const answer = await at.send(`${machines}/account`, { from: web.address })
    expect(answer.body).toBe('{"sandbox": ["Developer"]}')
    expect(answer.headers['x-username']).toBe(web.address)
  })
})

describe('/account/{account}/{role}/credentials', () => {
  test('200: keys in one flat map, that AWS takes', async () => {
    const answer = await at.asAlice(`${people}/account/sandbox/Developer/credentials`)
    await expectKeys(answer, 'alice', developer('alice'))
  })

  test('403 Permission Denied for a role, an account or both that no grant gives', async () => {
    for (const path of ['sandbox/Other', 'nowhere/Developer', 'prod/Developer']) {
      expectError(await at.asAlice(`${people}/account/${path}/credentials`), denied, 'alice')
    }
  })

  test('403 Permission Denied when AWS answers 403', async () => {
    const answer = await at.send(`${people}/account/sandbox/NotThere/credentials`, {
      user: 'broken',
    })
    expectError(answer, denied, 'broken')
  })
})

describe('/account/{account}/{role}/consoleurl', () => {
  test('200: the address alone, without X-Username', async () => {
    const answer = await at.asAlice(`${people}/account/sandbox/Developer/consoleurl`)
    expect(answer.status).toBe(200)
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8')
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(answer.headers['x-username']).toBeUndefined()
    const url = new URL(answer.body)
    expect([...url.searchParams.keys()]).toEqual(['Action', 'Issuer', 'Destination', 'SigninToken'])
    expect(answer.body).toMatch(
      new RegExp(
        `^${at.simulator.federationEndpoint.replace(/[.?]/g, '\\$&')}\\?Action=login&Issuer=`,
      ),
    )
    // It signs in, and lasts as long as the keys.
    const page = await fetch(answer.body, { redirect: 'manual' })
    expect(page.status).toBe(302)
  })

  test('?callbackurl is the issuer', async () => {
    const callback = 'https://afp.example.com/#/console/sandbox/Developer'
    const query = `callbackurl=${encodeURIComponent(callback)}`
    const path = `${people}/account/sandbox/Developer`
    const alone = await at.asAlice(`${path}/consoleurl?callbackurl=x&${query}`)
    expect(alone.body).toContain(`Action=login&Issuer=${encodeURIComponent(callback)}&Destination=`)
    const both = JSON.parse((await at.asAlice(`${path}?${query}`)).body)
    expect(new URL(both.ConsoleUrl).searchParams.get('Issuer')).toBe(callback)
  })

  test.each([
    ['a script', 'javascript:alert(1)'],
    ['another scheme', 'ftp://x.example'],
    ['no address', 'nonsense'],
    ['with a user name', 'https://a:b@x.example/'],
    ['with a line end', 'https://x.example/\r\nX: y'],
    ['a long one', `https://x.example/${'a'.repeat(2100)}`],
  ])('400 for a callbackurl that is %s', async (_name, callback) => {
    const answer = await at.asAlice(
      `${people}/account/sandbox/Developer/consoleurl?callbackurl=${encodeURIComponent(callback)}`,
    )
    const message = 'The callbackurl is not the address of a web page'
    expectError(answer, errorBody(400, 'Bad Request', message), 'alice')
  })

  test('403 Permission Denied with X-Username', async () => {
    expectError(await at.asAlice(`${people}/account/prod/Nothing/consoleurl`), denied, 'alice')
  })

  test('502 Call to AWS failed when the sign-in service fails', async () => {
    const fault = at.simulator.faults.add({ operation: 'getSigninToken', error: { status: 500 } })
    const answer = await at.asAlice(`${people}/account/sandbox/Developer/consoleurl`)
    at.simulator.faults.clear(fault)
    expectError(answer, awsFailed, 'alice')
  })
})

describe('/account/{account}/{role}', () => {
  test('200: the same map with ConsoleUrl at its end', async () => {
    const answer = await at.asAlice(`${people}/account/sandbox/Developer`)
    const document = await expectKeys(answer, 'alice', developer('alice'), ['ConsoleUrl'])
    expect(document.ConsoleUrl).toContain('Action=login&Issuer=')
  })

  test('names in percent-encoding are names', async () => {
    for (const name of ['%23%23..%23%23', '%3F%3F..%3F%3F', 'a%2Fb', '%C3%A4', '..%2f..', 'x%00']) {
      expectError(await at.asAlice(`${people}/account/${name}/${name}`), denied, 'alice')
    }
    const plain = await at.asAlice(`${people}/account/%73andbox/Devel%6fper`)
    await expectKeys(plain, 'alice', developer('alice'), ['ConsoleUrl'])
  })

  test('502 Call to AWS failed when AWS does not give the role for another reason', async () => {
    const fault = at.simulator.faults.add({
      operation: 'AssumeRole',
      error: { status: 400, code: 'ValidationError' },
    })
    const answer = await at.asAlice(`${people}/account/prod/ReadOnly`)
    at.simulator.faults.clear(fault)
    expectError(answer, awsFailed, 'alice')
  })
})

describe('/meta-data/iam/security-credentials/', () => {
  const path = `${machines}/meta-data/iam/security-credentials/`

  test('200 text/plain: the role, no line end', async () => {
    const answer = await at.send(path, { from: web.address })
    expect(answer).toMatchObject({ status: 200, body: 'Developer' })
    expect(answer.headers['content-type']).toBe('text/plain')
    expect(answer.headers['cache-control']).toBe('no-store')
  })

  test('200 and nothing when AWS answers 403 to the role', async () => {
    const answer = await at.send(path, { from: broken.address })
    expect(answer).toMatchObject({ status: 200, body: '' })
    expect(answer.headers['content-type']).toBe('text/plain')
    expect(answer.headers['content-length']).toBe('0')
  })

  test('404 ConfigurationError unless there is exactly one role', async () => {
    expectError(await at.send(path, { from: many.address }), notOneRole, many.address)
    expectError(await at.send(path, { from: idle.address }), notOneRole, idle.address)
    expectError(await at.send(`${path}Developer`, { from: many.address }), notOneRole, many.address)
  })

  test('502 Call to AWS failed when AWS does not answer', async () => {
    const fault = at.simulator.faults.add({ operation: 'AssumeRole', error: { status: 500 } })
    const answer = await at.send(path, { from: late.address })
    at.simulator.faults.clear(fault)
    expectError(answer, awsFailed, late.address)
    // Nothing is kept of a failure.
    expect(await at.send(path, { from: late.address })).toMatchObject({ body: 'ReadOnly' })
  })

  test('{role}: the map of seven keys; 403 for another role', async () => {
    const answer = await at.send(`${path}Developer`, { from: web.address })
    await expectKeys(answer, web.address, developer(web.name))
    expectError(await at.send(`${path}Other`, { from: web.address }), denied, web.address)
    expectError(await at.send(`${path}NotThere`, { from: broken.address }), denied, broken.address)
  })

  test('of people too, who have exactly one role', async () => {
    const own = `${people}/meta-data/iam/security-credentials/`
    expectError(await at.asAlice(own), notOneRole, 'alice')
    expect(await at.send(own, { user: 'broken' })).toMatchObject({ status: 200, body: '' })
  })
})

describe('whatever else', () => {
  test('404 at an unknown address', async () => {
    const body = errorBody(404, 'Not Found', 'Not found')
    for (const path of [
      '',
      '/',
      '/account/',
      '/account/prod',
      '/account/a/b/c',
      '/account/a/b/credentials/',
      '/status/',
      '/meta-data/iam/security-credentials',
      '/meta-data/',
      `/account/${'a'.repeat(200)}/b`,
    ]) {
      expectError(await at.asAlice(people + path), body, 'alice')
    }
    expectError(await at.send(`${machines}/nothing`, { from: web.address }), body, web.address)
  })

  test('400 at an address that cannot be decoded', async () => {
    for (const name of ['%', '%zz', '%ff']) {
      const answer = await at.asAlice(`${people}/account/${name}/x`)
      expectError(answer, errorBody(400, 'Bad Request', 'Bad Request'), 'Unknown User')
    }
  })

  test('405 for other methods, wherever they come from', async () => {
    const body = errorBody(405, 'Method Not Allowed', 'Method not allowed.')
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE']) {
      const answer = await at.asAlice(`${people}/account/sandbox/Developer`, {
        method,
        headers: { origin: 'https://evil.example', 'content-type': 'text/csv' },
      })
      expectError(answer, body, 'Unknown User')
      expect(answer.headers.allow).toBe('GET, HEAD')
    }
  })

  test('HEAD is a GET without its body', async () => {
    for (const path of ['/status', '/account', '/account/sandbox/Developer/credentials']) {
      const [head, get] = [
        await at.asAlice(people + path, { method: 'HEAD' }),
        await at.asAlice(people + path),
      ]
      expect(head).toMatchObject({ status: 200, body: '' })
      expect(head.headers['content-length']).toBe(String(get.body.length))
      expect(head.headers['x-username']).toBe(get.headers['x-username'])
    }
    const refused = await at.asAlice(`${people}/account/no/no`, { method: 'HEAD' })
    expect(refused).toMatchObject({ status: 403, body: '' })
  })

  test('500 Internal Server Error when the gateway itself cannot tell', async () => {
    at.dns.broken.set('15.0.0.127.in-addr.arpa', 'servfail')
    const answer = await at.send(`${machines}/account`, { from: '127.0.0.15' })
    expectError(
      answer,
      errorBody(500, 'Internal Server Error', 'Internal Server Error'),
      '127.0.0.15',
    )
  })

  test('401 with a challenge for people who show nothing, or the wrong thing', async () => {
    const body = errorBody(401, 'Unauthorized', 'Authorization Required')
    const nothing = await at.send(`${people}/account`)
    expectError(nothing, body, 'Unknown User')
    const wrong = await at.asAlice(`${people}/account`, { password: 'wrong' })
    expectError(wrong, body, 'Unknown User')
    const unknown = await at.send(`${people}/account`, { user: 'mallory' })
    expectError(unknown, body, 'Unknown User')
    for (const answer of [nothing, wrong, unknown]) {
      expect(answer.headers['www-authenticate']).toBe('Basic realm="Rolecall", charset="UTF-8"')
    }
    expectError(await at.send(`${people}/no/such/thing`), body, 'Unknown User')
  })

  test('403 Permission Denied for a host that is no machine', async () => {
    const answer = await at.send(`${machines}/account`, { from: '127.0.0.99' })
    expectError(answer, denied, '127.0.0.99')
    expect(answer.headers['www-authenticate']).toBeUndefined()
  })
})
