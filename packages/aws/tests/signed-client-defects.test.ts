import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  AwsError,
  createSignedClient,
  type HttpRequest,
  httpSend,
  type SignedClientOptions,
  verifySignedRequest,
} from '../src/index.ts'
import { listen, type Received } from './listen.ts'
import { listenAsProxy } from './proxy.ts'
import {
  keysOf,
  propertiesOf,
  roleArn,
  runWorld,
  userArn,
  variablesOf,
} from './signed-client-world.ts'

const { client, simulator, forward, now } = await runWorld()
const empty = { aws_access_key: '', aws_secret_key: '' }

/** The keys that a request on the wire is signed with; throws when its signature is not right. */
function verified(received: Received, keys: { secretAccessKey: string; sessionToken?: string }) {
  const { message, body } = received
  return verifySignedRequest(
    {
      method: message.method ?? '',
      path: message.url ?? '',
      headers: message.headersDistinct,
      body,
    },
    { now: now(), service: 'execute-api', findCredentials: () => keys },
  )
}

/** A service that answers in turn and keeps what it received, and options that lead there. */
async function service(
  ...answers: [status: number, headers?: Record<string, string>, body?: string][]
) {
  const received: Received[] = []
  const origin = await listen((request, response) => {
    const [status, headers = {}, body = ''] = answers[received.length] ?? answers.at(-1) ?? [500]
    received.push(request)
    response.writeHead(status, headers).end(body)
  })
  const { hostname, port } = new URL(origin)
  const target: Partial<SignedClientOptions> = {
    host: hostname,
    port: Number(port),
    service: 'execute-api',
    random: () => 0,
  }
  return { received, origin, target }
}

describe('defect 1 of the adapter, keys of another instance in a later call, is not here:', () => {
  it('a client with empty keys never signs with those of another client', async () => {
    const first = client(propertiesOf('adapter'))
    const second = client(empty)
    const third = client(empty, { env: variablesOf('pod') })
    for (const _round of [1, 2]) {
      expect(await first.whoIs({ authData: { roleName: roleArn('Named') } })).toContain('/Named/')
      await expect(second.whoIs()).rejects.toMatchObject({ code: 'no_credentials' })
      await expect(second.whoIs({ authData: { roleName: roleArn('Named') } })).rejects.toThrow()
      expect(await third.whoIs()).toBe(userArn('pod'))
    }
    expect(second.assumed).toEqual([])
  })

  it('each chain begins with the base identity, also after another chain', async () => {
    const from = client({ ...propertiesOf('adapter'), aws_iam_role: roleArn('Adapter') })
    for (const name of ['Named', 'Params']) {
      await from.whoIs({
        authData: { stsParams: { RoleArn: roleArn(name), RoleSessionName: name } },
      })
    }
    forward(4000)
    await from.whoIs({ authData: { roleName: roleArn('Named') } })
    const taken = from.assumed.map(({ body, headers }) => [
      new URLSearchParams(`${body}`).get('RoleArn'),
      /Credential=(AKIA|ASIA)/.exec(headers.authorization ?? '')?.[1],
    ])
    expect(taken).toEqual([
      [roleArn('Adapter'), 'AKIA'],
      [roleArn('Named'), 'ASIA'],
      [roleArn('Params'), 'ASIA'],
      [roleArn('Adapter'), 'AKIA'],
      [roleArn('Named'), 'ASIA'],
    ])
  })

  it('nothing of the process changes', async () => {
    const before = JSON.stringify(process.env)
    await client(propertiesOf('adapter')).whoIs()
    expect(JSON.stringify(process.env)).toBe(before)
  })
})

describe('defect 2 of the adapter, a retry with the token and date of before, is not here:', () => {
  it('each attempt is signed with the credentials and the time of its own', async () => {
    const { received, target } = await service([503], [200])
    const http = async (request: HttpRequest) => {
      const answer = await httpSend(request)
      // The session ends between the two attempts.
      if (answer.status === 503) forward(4000)
      return answer
    }
    const from = client(
      { ...propertiesOf('adapter'), aws_iam_role: roleArn('Adapter') },
      { ...target, http },
    )
    const used = [await from.credentialsFor()]
    const { status } = await from.request({ method: 'POST', path: '/a', body: { b: 1 } })
    used.push(await from.credentialsFor())
    expect(status).toBe(200)
    expect(received).toHaveLength(2)
    expect(used[0]?.sessionToken).not.toBe(used[1]?.sessionToken)
    expect(received.map(({ message }) => message.headers['x-amz-security-token'])).toEqual(
      used.map(each => each.sessionToken),
    )
    const [, second] = received
    if (second === undefined || used[1] === undefined) throw new Error('no second attempt')
    expect(verified(second, used[1]).accessKeyId).toBe(used[1].accessKeyId)
  })

  it('headers of an earlier signature in a request do not spoil the next one', async () => {
    const { received, target } = await service([200])
    const from = client({ ...propertiesOf('adapter'), aws_iam_role: roleArn('Adapter') }, target)
    const request = { method: 'PUT', path: '/a?b=c', body: 'one', headers: { Accept: '*/*' } }
    const stale = await from.sign(request)
    forward(4000)
    await from.request({ ...request, body: 'two', headers: { ...stale, 'Content-length': '3' } })
    const [only] = received
    const credentials = await from.credentialsFor()
    if (only === undefined) throw new Error('nothing was received')
    expect(verified(only, credentials).signedAt.getTime()).toBeGreaterThan(now().getTime() - 9000)
    expect(only.message.headers['x-amz-security-token']).toBe(credentials.sessionToken)
    expect(only.message.headers['x-amz-security-token']).not.toBe(stale['x-amz-security-token'])
  })

  it('credentials that the service calls expired are got anew, once for many callers', async () => {
    const known = new Set<string>()
    const origin = await listen(({ message }, response) => {
      const token = String(message.headers['x-amz-security-token'])
      if (known.size === 0) known.add(token)
      if (known.has(token)) {
        response.writeHead(403, { 'x-amzn-errortype': 'ExpiredTokenException' }).end()
      } else response.writeHead(200).end('yes')
    })
    const { hostname, port } = new URL(origin)
    const from = client(
      { ...propertiesOf('adapter'), aws_iam_role: roleArn('Adapter') },
      { host: hostname, port: Number(port), service: 'execute-api' },
    )
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => from.request({ method: 'POST', path: '/', body: 'x' })),
    )
    expect(answers.map(({ body }) => body)).toEqual(Array.from({ length: 50 }, () => 'yes'))
    expect(from.assumed).toHaveLength(2)
  })
})

describe('what is sent again', () => {
  it.each<[string, Record<string, string>, string, number]>([
    ['in a header', { 'x-amzn-errortype': 'ExpiredTokenException:http://x' }, '{}', 2],
    ['in XML', {}, '<Error><Code>ExpiredToken</Code></Error>', 2],
    ['in JSON', {}, '{"__type":"com.amazon.coral.service#ExpiredTokenException"}', 2],
    ['of another token, in words', {}, '{"message":"your ExpiredToken was seen"}', 1],
  ])('a POST whose credentials AWS calls expired, %s', async (_name, headers, body, attempts) => {
    const { received, target } = await service([403, headers, body])
    const answer = await client(propertiesOf('adapter'), target).request({
      method: 'POST',
      path: '/',
    })
    expect([answer.status, received.length]).toEqual([403, attempts])
  })

  it.each<[string, number, number]>([
    ['GET', 500, 4],
    ['PUT', 502, 4],
    ['POST', 500, 1],
    ['POST', 503, 4],
    ['PATCH', 429, 4],
    ['GET', 404, 1],
  ])('%s after %i: %i attempts', async (method, status, attempts) => {
    const { received, target } = await service([status])
    const answer = await client(propertiesOf('adapter'), target).request({ method, path: '/' })
    expect([answer.status, received.length]).toEqual([status, attempts])
  })

  it('a POST that may be repeated, when the caller says so, and as often as allowed', async () => {
    const { received, target } = await service([500])
    const from = client(propertiesOf('adapter'), { ...target, request: { number_retries: 1 } })
    await from.request({ method: 'POST', path: '/', idempotent: true })
    expect(received).toHaveLength(2)
  })

  it('a request whose connection breaks: GET again, POST not', async () => {
    let connections = 0
    const origin = await listen(({ message }) => {
      connections += 1
      message.socket.destroy()
    })
    const { hostname, port } = new URL(origin)
    const where = { host: hostname, port: Number(port), random: () => 0 }
    const from = client(propertiesOf('adapter'), where)
    for (const [method, expected] of [
      ['POST', 1],
      ['GET', 4],
    ] as const) {
      connections = 0
      await expect(from.request({ method, path: '/' })).rejects.toMatchObject({ code: 'network' })
      expect([method, connections]).toEqual([method, expected])
    }
  })
})

describe('defect 3 of the adapter, empty keys sign with an empty Credential, is not here:', () => {
  it('they fall back to the environment', async () => {
    const from = client(empty, { env: variablesOf('pod') })
    expect(await from.whoIs()).toBe(userArn('pod'))
    const { authorization } = await from.sign({ method: 'GET', path: '/' })
    expect(authorization).toContain(`Credential=${keysOf('pod').accessKeyId}/`)
  })

  it('and half an identity is an error, not a fall-back', async () => {
    for (const half of [
      { aws_access_key: keysOf('adapter').accessKeyId },
      { aws_secret_key: keysOf('adapter').secretAccessKey },
      { aws_session_token: 'token' },
    ]) {
      expect(() => client(half, { env: variablesOf('pod') })).toThrow(
        expect.objectContaining({ code: 'incomplete_credentials' }),
      )
    }
  })
})

describe('defect 4 of the adapter, the first role knows neither aws_sts nor the keys, is not here:', () => {
  it('both roles are taken at the endpoint, for the region and through the proxy of aws_sts', async () => {
    const proxy = await listenAsProxy()
    const stsHost = new URL(simulator.stsEndpoint).host
    const from = client(
      {
        ...propertiesOf('adapter'),
        aws_sts: { endpoint: stsHost, sslEnable: false, region: 'eu-north-1', proxy: proxy.url },
      },
      { stsHttp: undefined, env: variablesOf('pod') },
    )
    const authData = {
      roleName: roleArn('Named'),
      stsParams: { RoleArn: roleArn('Params'), RoleSessionName: 'task' },
    }
    expect(await from.whoIs({ authData })).toContain('assumed-role/Params/task')
    expect(proxy.received).toHaveLength(2)
  })

  it('the proxy of the service, in an adapter’s words, is not for STS', async () => {
    const authorization = `Basic ${Buffer.from('me:pass').toString('base64')}`
    const proxy = await listenAsProxy({ authorization })
    const { received, target } = await service([200])
    const { hostname: host, port } = new URL(proxy.url)
    for (const enabled of [true, false]) {
      const from = client(
        { ...propertiesOf('adapter'), aws_iam_role: roleArn('Adapter') },
        {
          ...target,
          stsHttp: undefined,
          proxy: { enabled, host, port: Number(port), username: 'me', password: 'pass' },
        },
      )
      expect((await from.request({ method: 'GET', path: '/' })).status).toBe(200)
    }
    expect([proxy.received.length, received.length]).toEqual([1, 2])
  })

  it('calls to STS are signed for the region of aws_sts, else of its endpoint, else the client', async () => {
    const calls: string[] = []
    const stsHttp = async (request: HttpRequest) => {
      calls.push(
        `${request.url} ${/\d{8}\/([a-z0-9-]+)\//.exec(`${request.headers.authorization}`)?.[1]}`,
      )
      throw new AwsError('network', 'the test has no network')
    }
    for (const aws_sts of [
      {},
      { region: 'eu-north-1' },
      { endpoint: 'sts.us-east-2.amazonaws.com' },
      { endpoint: 'sts.amazonaws.com', region: 'eu-west-1' },
      { endpoint: 'http://127.0.0.1:1', region: 'eu-north-1' },
    ]) {
      const from = client({ ...propertiesOf('adapter'), aws_sts }, { stsHttp })
      await expect(from.credentialsFor({ roleName: roleArn('Named') })).rejects.toThrow()
    }
    expect([...new Set(calls)]).toEqual([
      'https://sts.eu-west-1.amazonaws.com/ eu-west-1',
      'https://sts.eu-north-1.amazonaws.com/ eu-north-1',
      'https://sts.us-east-2.amazonaws.com us-east-2',
      'https://sts.amazonaws.com us-east-1',
      'http://127.0.0.1:1 eu-north-1',
    ])
  })

  it.each([
    [{ sslEnable: false }, 'HTTPS only'],
    [{ sslEnable: false, endpoint: 'sts.eu-west-1.amazonaws.com' }, 'HTTPS only'],
    [{ endpoint: 'http://sts.eu-west-1.amazonaws.com' }, 'HTTPS only'],
    [{ endpoint: 'http://sts.eu-west-1.amazonaws.com.' }, 'HTTPS only'],
    [{ sslEnable: false, endpoint: 'https://127.0.0.1' }, 'one of the two'],
    [{ ssl: false }, 'aws_sts.ssl: there is no such key'],
    [{ endpoint: 5 }, 'aws_sts.endpoint: expected a string'],
    [{ endpoint: 'user@host' }, 'absolute http'],
    [{ proxy: 'ftp://p' }, 'proxy'],
  ])('aws_sts %j is refused', (aws_sts, message) => {
    const authentication = { ...propertiesOf('adapter'), aws_sts: aws_sts as object }
    expect(() => client(authentication, { stsHttp: undefined })).toThrow(message)
  })
})

describe('defect 5 of the adapter, Authorization follows a redirect to another host, is not here:', () => {
  const secretHeaders = ['authorization', 'x-amz-date', 'x-amz-security-token', 'cookie', 'x-mine']
  const headers = { Accept: 'text/plain', Cookie: 'a=b', 'X-Mine': 'c' }

  it.each([301, 302, 303, 307, 308])('%i: another host gets a bare GET', async status => {
    const other = await service([200, {}, 'elsewhere'])
    const { received, target } = await service([status, { location: `${other.origin}/x` }])
    const from = client(
      { ...propertiesOf('adapter'), aws_iam_role: roleArn('Adapter') },
      { ...target, request: { number_redirects: 1 } },
    )
    const answer = await from.request({ method: 'GET', path: '/', headers })
    expect(answer.body).toBe('elsewhere')
    expect(received[0]?.message.headers).toHaveProperty('x-amz-security-token')
    const seen = other.received[0]?.message.headers ?? {}
    expect(secretHeaders.filter(name => name in seen)).toEqual([])
    expect(seen.accept).toBe('text/plain')
  })

  it('a body does not go to another host, and no redirect is followed unless asked', async () => {
    const other = await service([200])
    const { target } = await service([307, { location: other.origin }])
    const post = { method: 'POST', path: '/', body: 'x' }
    for (const number_redirects of [0, 5]) {
      const from = client(propertiesOf('adapter'), { ...target, request: { number_redirects } })
      expect((await from.request(post)).status).toBe(307)
    }
    expect(other.received).toEqual([])
  })

  it('on the same host each request is signed for its own address', async () => {
    const { received, target } = await service([307, { location: '/b?c=d' }], [200])
    const from = client(propertiesOf('adapter'), { ...target, request: { number_redirects: 1 } })
    await from.request({ method: 'PUT', path: '/a', body: 'x', headers })
    const paths = received.map(each => {
      verified(each, keysOf('adapter'))
      return [each.message.url, each.body]
    })
    expect(paths).toEqual([
      ['/a', 'x'],
      ['/b?c=d', 'x'],
    ])
  })

  it.each(['http://a!b/', 'http://127.0.0.1:0/', 'file:///etc/passwd', 'http://me@127.0.0.1/'])(
    'an answer that leads to %s is the answer',
    async location => {
      const { target } = await service([302, { location }])
      const from = client(propertiesOf('adapter'), { ...target, request: { number_redirects: 1 } })
      expect((await from.request({ method: 'GET', path: '/' })).status).toBe(302)
    },
  )

  it('a loop of redirects ends', async () => {
    const { received, target } = await service([302, { location: '/again' }])
    const from = client(propertiesOf('adapter'), { ...target, request: { number_redirects: 3 } })
    expect((await from.request({ method: 'GET', path: '/' })).status).toBe(302)
    expect(received).toHaveLength(4)
  })
})

describe('defect 6 of the adapter, no partitions, tags, policies and durations, is not here:', () => {
  it.each([
    ['cn-north-1', 'https://sts.cn-north-1.amazonaws.com.cn/'],
    ['us-gov-west-1', 'https://sts.us-gov-west-1.amazonaws.com/'],
  ])('%s has STS at %s', async (region, url) => {
    const asked: string[] = []
    const stsHttp = async (request: HttpRequest) => {
      asked.push(request.url)
      throw new AwsError('bad_answer', 'the test has no network')
    }
    const from = client({ ...propertiesOf('adapter'), aws_sts: {} }, { stsHttp, region })
    await expect(from.credentialsFor({ roleName: roleArn('Named') })).rejects.toThrow()
    expect(asked).toEqual([url])
  })

  it('all parameters of AssumeRole reach AWS', async () => {
    const from = client(propertiesOf('adapter'))
    await from.credentialsFor({
      stsParams: {
        RoleArn: roleArn('Tagged'),
        RoleSessionName: 'task',
        Tags: [{ Key: 'Team', Value: 'net' }],
        TransitiveTagKeys: ['Team'],
        SourceIdentity: 'alice',
        Policy: '{"Version":"2012-10-17","Statement":[]}',
        PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/AdministratorAccess' }],
        DurationSeconds: 1200,
        ExternalId: 'agreed',
      },
    })
    expect(
      Object.keys(Object.fromEntries(new URLSearchParams(`${from.assumed[0]?.body}`))),
    ).toEqual(
      expect.arrayContaining([
        'Tags.member.1.Value',
        'TransitiveTagKeys.member.1',
        'SourceIdentity',
        'Policy',
        'PolicyArns.member.1.arn',
        'DurationSeconds',
        'ExternalId',
      ]),
    )
  })
})

describe('defect 7 of the adapter, another service is signed without its role, is not here:', () => {
  it('host, region and service of a call are signed once, with the role', async () => {
    const { received, origin } = await service([200])
    const { hostname, port } = new URL(origin)
    const from = client(
      { ...propertiesOf('adapter'), aws_iam_role: roleArn('Adapter') },
      { host: 'unused.example.com', port: Number(port), service: 's3' },
    )
    const callProperties = { host: hostname, region: 'eu-north-1', service: 'execute-api' }
    await from.request({ method: 'GET', path: '/', callProperties })
    const [only] = received
    if (only === undefined) throw new Error('nothing was received')
    const credentials = await from.credentialsFor()
    expect(verified(only, credentials)).toMatchObject({
      accessKeyId: credentials.accessKeyId,
      region: 'eu-north-1',
    })
    expect(received).toHaveLength(1)
  })

  it.each([
    [{ path: '//etc' }, true],
    [{ callProperties: { host: 'a.example.com/x' } }, false],
    [{ callProperties: { host: 'me@a.example.com' } }, false],
    [{ callProperties: { hostname: 'a.example.com' } }, false],
    [{ path: 'no-slash' }, false],
    [{ method: 'get' }, false],
    [{ path: '/a#b' }, false],
  ])('a request with %j is signed: %s', async (part, isGood) => {
    const from = client(propertiesOf('adapter'))
    const signed = from.sign({ method: 'GET', path: '/', ...(part as object) })
    if (isGood) expect(await signed).toHaveProperty('authorization')
    else await expect(signed).rejects.toBeInstanceOf(AwsError)
  })
})

it.each(['v1', '.example.org', 'a.example.org/'])('the base path %s is refused', base_path => {
  expect(() => client(propertiesOf('adapter'), { base_path })).toThrow(/^base_path: expected/)
})

describe('sign', () => {
  it('gives headers that make a request of any HTTP client good, in the spelling of the caller', async () => {
    const { received, origin, target } = await service([200])
    const from = client(propertiesOf('adapter'), target)
    const body = { name: 'Zoë' }
    const path = `/things/${randomUUID()}?a=b%20c`
    const headers = await from.sign({
      method: 'POST',
      path,
      body,
      headers: { Accept: 'application/json', 'X-Mine': '1' },
    })
    expect(Object.keys(headers)).toEqual(
      expect.arrayContaining(['Accept', 'X-Mine', 'Content-Type', 'host', 'authorization']),
    )
    const { host: _, ...sent } = headers
    await fetch(origin + path, { method: 'POST', headers: sent, body: JSON.stringify(body) })
    const [only] = received
    if (only === undefined) throw new Error('nothing was received')
    expect(verified(only, keysOf('adapter')).isPayloadSigned).toBe(true)
  })

  it('signs for S3 with the hash of the body and the path as it stands', async () => {
    const { origin, received, target } = await service([200])
    const from = client(propertiesOf('adapter'), { ...target, service: 's3' })
    await from.request({ method: 'PUT', path: '/bucket/a//b', body: 'x' })
    const [only] = received
    if (only === undefined) throw new Error(`nothing was received at ${origin}`)
    const { message, body } = only
    const { service: signedFor } = verifySignedRequest(
      { method: 'PUT', path: message.url ?? '', headers: message.headersDistinct, body },
      { now: now(), service: 's3', findCredentials: () => keysOf('adapter') },
    )
    expect([signedFor, message.url]).toEqual(['s3', '/bucket/a//b'])
  })
})

describe('options that cannot work are refused at once', () => {
  it.each<[string, Partial<SignedClientOptions>]>([
    ['rolePriority', { rolePriority: 'both' as 'call' }],
    ['number_retries', { request: { number_retries: 99 } }],
    ['attempt_timeout', { request: { attempt_timeout: 5 } }],
    ['host', { host: 'https://a.example.com' }],
    ['sts', { sts: {} }],
    ['auth_method', { authentication: { auth_method: 'static_token' as 'aws_authentication' } }],
    ['aws_iamrole', { authentication: { auth_method: 'aws_authentication', aws_iamrole: 'x' } }],
    ['role', { authentication: { auth_method: 'aws_authentication', aws_iam_role: 'Admin' } }],
  ])('%s', (named, options) => {
    expect(() => client(propertiesOf('adapter'), options)).toThrow(named)
  })

  it('other keys of the properties may stand', () => {
    const authentication = {
      auth_method: 'aws_authentication' as const,
      username: 'x',
      token: '',
      multiStepAuthCalls: [],
    }
    const region = 'eu-west-1'
    createSignedClient({ authentication, host: 'a.example.com', region, service: 's3', env: {} })
  })
})
