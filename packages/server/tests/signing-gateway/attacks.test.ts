import { connect } from 'node:net'
import { presignUrl, Secret, signRequest } from '@rolecall/aws'
import { describe, expect, onTestFinished, test } from 'vitest'
import { bearer, caller, send, sha256, startGateway, startUpstream } from './support.ts'

const s3 = '/s3.eu-central-1.amazonaws.com'
const buildKeys = { accessKeyId: 'RGWBUILD', secretAccessKey: 'build-secret-MARKER' }
const other = caller({
  name: 'other',
  tokenSha256: sha256('token-of-other-caller'),
  keys: { accessKeyId: 'RGWOTHER', secretAccessKey: new Secret('other-secret-MARKER') },
})

/** What comes back for bytes that no client library sends. */
function raw(url: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url)
    const socket = connect(Number(port), hostname)
    onTestFinished(() => void socket.destroy())
    let got = ''
    socket.setEncoding('latin1').on('data', piece => {
      got += piece
    })
    socket.on('close', () => resolve(got))
    socket.on('error', reject)
    socket.write(text, 'latin1')
  })
}

const head = (target: string, lines: readonly string[] = []) =>
  [
    `GET ${target} HTTP/1.1`,
    ...(lines.some(line => /^host:/i.test(line)) ? [] : ['Host: localhost']),
    `Authorization: ${bearer.authorization}`,
    'Connection: close',
    ...lines,
    '',
    '',
  ].join('\r\n')

describe('requests that could be read in two ways', () => {
  test.each([
    ['two lengths', head(`${s3}/b/k`, ['Content-Length: 5', 'Transfer-Encoding: chunked'])],
    ['two Hosts', head(`${s3}/b/k`, ['Host: localhost', 'Host: evil.example.com'])],
    ['no Host', head(`${s3}/b/k`, ['Host: ']).replace('Host: \r\n', '')],
    ['a Host that is none', head(`${s3}/b/k`, ['Host: a@b/c'])],
    ['a whole address as target', head('http://169.254.169.254/latest/meta-data/')],
    ['a target without a path', head('*')],
    ['another coding', head(`${s3}/b/k`, ['Transfer-Encoding: gzip, chunked'])],
    ['a coding in disguise', head(`${s3}/b/k`, ['Transfer-Encoding:\x0bchunked'])],
    ['two lengths that differ', head(`${s3}/b/k`, ['Content-Length: 0', 'Content-Length: 5'])],
    ['a signed length', head(`${s3}/b/k`, ['Content-Length: +5'])],
    ['two copy sources', head(`${s3}/b/k`, ['x-amz-copy-source: /a/b', 'X-Amz-Copy-Source: /c/d'])],
    [
      'Connection takes a header away',
      head(`${s3}/b/k`, ['Connection: x-amz-acl', 'x-amz-acl: private']),
    ],
    ['a method of its own', head(`${s3}/b/k`).replace('GET', 'MOVE')],
    ['two authorizations', head(`${s3}/b/k`, ['Authorization: Bearer other'])],
  ])('%s: 400, and nothing goes on', async (_title, text) => {
    const upstream = await startUpstream()
    const { url } = await startGateway(upstream)
    expect(await raw(url, text)).toMatch(/^HTTP\/1\.1 400 /)
    expect([upstream.seen, upstream.broken]).toEqual([[], []])
  })

  test('what stands behind a body is a request of its own, with its own decision', async () => {
    const upstream = await startUpstream()
    const { url } = await startGateway(upstream)
    const smuggled = `GET ${s3}/secret HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`
    const text = [
      `POST ${s3}/b/k?delete HTTP/1.1`,
      ...[
        'Host: localhost',
        `Authorization: ${bearer.authorization}`,
        'Content-Length: 3',
        '',
        'abc',
      ],
    ].join('\r\n')
    const answer = await raw(url, text + smuggled)
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 403'])
    expect(upstream.seen).toHaveLength(1)
  })
})

describe('where requests go', () => {
  test.each([
    '/169.254.169.254/latest/meta-data/',
    '/example.com/',
    '/localhost/',
    '/s3.eu-central-1.amazonaws.com.example.com/',
    '/s3.eu-central-1.amazonaws.com:8080/',
    '/s3.eu-central-1.amazonaws.com@example.com/',
    '/s3.mars-north-1.amazonaws.com/',
    '/my-lb-123.eu-central-1.elb.amazonaws.com/',
    '/ec2-1-2-3-4.eu-central-1.compute.amazonaws.com/',
    '/db.abc.eu-central-1.rds.amazonaws.com/',
    '/vpce-1.sts.eu-central-1.vpce.amazonaws.com/',
    '/bucket.s3-website.eu-central-1.amazonaws.com/',
    '/internal.eu-central-1.amazonaws.com.cn/',
    '/amazonaws.com/',
    '/%73ts.eu-central-1.amazonaws.com/',
    '/',
  ])('%s is nowhere', async path => {
    const upstream = await startUpstream()
    const { url } = await startGateway(upstream)
    expect(await send(url, path, { headers: bearer })).toMatchObject({ status: 404 })
    expect(upstream.seen).toEqual([])
  })

  test('a Host that is no host of AWS is not followed', async () => {
    const upstream = await startUpstream()
    const { url } = await startGateway(upstream)
    const headers = { ...bearer, host: 'metadata.google.internal' }
    expect(await send(url, '/', { headers })).toMatchObject({ status: 404 })
  })

  test('the tokens and marks of proxies go no further', async () => {
    const upstream = await startUpstream()
    const { url } = await startGateway(upstream)
    await send(url, `${s3}/b/k`, {
      headers: {
        ...bearer,
        'x-amz-security-token': 'injected',
        'x-amz-date': '20000101T000000Z',
        'x-forwarded-for': '1.2.3.4',
        'proxy-authorization': 'Basic abc',
        'x-http-method-override': 'DELETE',
        te: 'trailers',
      },
    })
    const [seen] = upstream.seen
    expect(seen?.headers['x-amz-security-token']).toBe('own-token-MARKER')
    expect(JSON.stringify(seen?.headers)).not.toMatch(
      /injected|Bearer|1\.2\.3\.4|Basic|DELETE|20000101/,
    )
  })
})

describe('who asks', () => {
  const signed = (path: string, over: object = {}, headers: Record<string, string> = {}) =>
    signRequest(
      { method: 'GET', url: `http://localhost${path}`, headers },
      { credentials: buildKeys, region: 'eu-central-1', service: 's3', now: new Date(), ...over },
    )
  const quarter = 16 * 60 * 1000

  test.each([
    ['nothing', {}],
    ['a wrong token', { authorization: 'Bearer wrong-token-wrong' }],
    ['another scheme', { authorization: 'Basic YTpi' }],
    ['an unknown key', signed('/b/k', { credentials: { ...buildKeys, accessKeyId: 'RGWNOBODY' } })],
    [
      'the key of one with the secret of another',
      signed('/b/k', { credentials: { ...buildKeys, accessKeyId: 'RGWOTHER' } }),
    ],
    ['a signature for another path', signed('/b/other')],
    ['an old signature', signed('/b/k', { now: new Date(Date.now() - quarter) })],
    ['a signature of the future', signed('/b/k', { now: new Date(Date.now() + quarter) })],
    ['a session token beside the key pair', { ...signed('/b/k'), 'x-amz-security-token': 'x' }],
    ['x-amz- headers that are not signed', { ...signed('/b/k'), 'x-amz-copy-source': '/a/b' }],
    [
      'a signature for a region',
      { ...signed('/b/k', { credentials: { ...buildKeys, secretAccessKey: 'x' } }) },
    ],
  ])('%s: refused, and nobody’s request goes on', async (_title, headers) => {
    const upstream = await startUpstream()
    const { url, events } = await startGateway(upstream, { callers: [caller(), other] })
    const answer = await send(url, '/b/k', { headers: { ...headers, host: 'localhost' } })
    expect(answer.status).toBe(403)
    expect(upstream.seen).toEqual([])
    expect(events).toMatchObject([{ type: 'delivery.request', result: 'refused' }])
    expect(events[0]?.principal).toBeUndefined()
    expect(answer.text + JSON.stringify(events)).not.toContain('MARKER')
  })

  test('a condition that the signature does not cover is refused, a mark of a trace is not', async () => {
    const upstream = await startUpstream()
    const { url } = await startGateway(upstream)
    const ask = (extra: Record<string, string>) =>
      send(url, '/b/k', { headers: { ...signed('/b/k'), host: 'localhost', ...extra } })
    expect(await ask({ 'if-match': '"a"' })).toMatchObject({ status: 403 })
    expect(await ask({ 'content-encoding': 'gzip' })).toMatchObject({ status: 403 })
    expect(await ask({ traceparent: '00-1', 'x-other': 'dropped' })).toMatchObject({ status: 200 })
    expect(upstream.seen[0]?.headers).toMatchObject({ traceparent: '00-1' })
    expect(upstream.seen[0]?.headers['x-other']).toBeUndefined()
  })

  test('a token and a presigned address together', async () => {
    const upstream = await startUpstream()
    const { url } = await startGateway(upstream, { callers: [caller(), other] })
    const presigned = new URL(
      presignUrl(
        { method: 'GET', url: `${url}/b/k` },
        {
          credentials: buildKeys,
          region: 'eu-central-1',
          service: 's3',
          now: new Date(),
          expiresInSeconds: 60,
        },
      ),
    )
    const path = presigned.pathname + presigned.search
    const both = { authorization: 'Bearer token-of-other-caller' }
    expect(await send(url, path, { headers: both })).toMatchObject({ status: 400 })
    expect(await send(url, path)).toMatchObject({ status: 200 })
    expect(upstream.seen[0]?.url).toBe('/b/k')
  })

  test('web pages are nobody, also where callers need no token', async () => {
    const upstream = await startUpstream()
    const anonymous = caller({ isAnonymous: true, tokenSha256: undefined, keys: undefined })
    const { url } = await startGateway(upstream, { callers: [anonymous] })
    const path = `${s3}/b/k`
    for (const headers of [
      { origin: 'http://localhost' },
      { 'sec-fetch-site': 'same-origin' },
      { referer: 'http://localhost/' },
      { host: 'rebound.example.com' },
    ]) {
      expect(await send(url, path, { headers })).toMatchObject({ status: 403 })
    }
    // Whoever shows something wrong is not taken for the one who shows nothing.
    expect(await send(url, path, { headers: bearer })).toMatchObject({ status: 403 })
    expect(await send(url, path)).toMatchObject({ status: 200 })
    expect(upstream.seen).toHaveLength(1)
  })
})

describe('what is allowed', () => {
  const limited = caller({
    allow: [
      {
        services: ['s3'],
        regions: ['eu-central-1'],
        methods: ['GET', 'PUT'],
        paths: ['/b/public/**', '/bkt/public/*', '/one/*'],
      },
      {
        services: ['lambda'],
        regions: ['*'],
        methods: ['POST'],
        paths: ['/2015-03-31/functions/f/*'],
      },
    ],
  })
  const lambda = '/lambda.eu-central-1.amazonaws.com'

  test.each([
    ['GET', `${s3}/b/public/k`],
    ['GET', `${s3}/b/p%75blic/k%2Fl`],
    ['GET', '/bkt.s3.eu-central-1.amazonaws.com/public/k'],
    ['PUT', `${s3}/one/k`],
    ['POST', `${lambda}/2015-03-31/functions/f/invocations`],
  ])('%s %s: yes', async (method, path) => {
    const upstream = await startUpstream()
    const { url } = await startGateway(upstream, { callers: [limited] })
    expect(await send(url, path, { method, headers: bearer })).toMatchObject({ status: 200 })
  })

  test.each([
    ['GET', `${s3}/b/secret`],
    ['GET', `${s3}/b/public`],
    ['GET', `${s3}/b/`],
    ['GET', `${s3}/b`],
    ['GET', `${s3}/`],
    ['GET', `${s3}/one/`],
    ['GET', `${s3}/one/k/l`],
    ['GET', `${s3}/b/public/../secret`],
    ['GET', `${s3}/b/public/%2e%2e/secret`],
    ['GET', `${s3}/b/public/.%2E/secret`],
    ['GET', `${s3}/b/public/..%2Fsecret`],
    ['GET', `${s3}/b/public/..%5Csecret`],
    ['GET', `${s3}/b%2Fpublic/k`],
    ['GET', `${s3}//b/public/k`],
    ['GET', `${s3}/b/public/%`],
    ['GET', `${s3}/b/public/%ff`],
    ['GET', `${s3}/b/public/%0a`],
    ['DELETE', `${s3}/b/public/k`],
    ['GET', '/s3.us-east-1.amazonaws.com/b/public/k'],
    ['GET', '/public.s3.eu-central-1.amazonaws.com/b/public/k'],
    ['GET', '/iam.amazonaws.com/'],
    ['POST', `${lambda}/2015-03-31/functions/g/invocations`],
    ['POST', `${lambda}/2015-03-31/functions/f%2f..%2fg/invocations`],
    ['POST', `${lambda}/2015-03-31/functions/f/x%2Fy`],
    ['POST', `${lambda}/2015-03-31/functions/f/%252e%252e`],
    ['POST', `${lambda}/2015-03-31/functions/f//invocations`],
    ['POST', `${lambda}/2015-03-31/functions/f/..;/g`],
    ['POST', `${lambda}/2015-03-31/functions/f/a;b`],
  ])('%s %s: no', async (method, path) => {
    const upstream = await startUpstream()
    const { url } = await startGateway(upstream, { callers: [limited] })
    const { status } = await send(url, path, { method, headers: bearer })
    expect([400, 403]).toContain(status)
    expect(upstream.seen).toEqual([])
  })

  test('a copy needs a GET of what is copied', async () => {
    const upstream = await startUpstream()
    const { url } = await startGateway(upstream, { callers: [limited] })
    const copy = (source: string) =>
      send(url, `${s3}/b/public/k`, {
        method: 'PUT',
        headers: { ...bearer, 'x-amz-copy-source': source },
      })
    expect(await copy('/b/public/from?versionId=1')).toMatchObject({ status: 200 })
    for (const source of [
      '/b/secret',
      'b/secret',
      'b%2Fsecret',
      '/b/public/../secret',
      '%2Fb/secret',
    ]) {
      expect((await copy(source)).status).not.toBe(200)
    }
    expect(upstream.seen).toHaveLength(1)
  })

  test('a caller without rules may do nothing', async () => {
    const upstream = await startUpstream()
    const { url } = await startGateway(upstream, { callers: [caller({ allow: [] })] })
    expect(await send(url, `${s3}/b/k`, { headers: bearer })).toMatchObject({ status: 403 })
  })
})

describe('the audit log', () => {
  test('an event that cannot be written: nothing goes on, whatever the answer would be', async () => {
    const upstream = await startUpstream()
    const full = { record: () => Promise.reject(new Error('the disk is full')) }
    const { url } = await startGateway(upstream, { audit: full })
    expect(await send(url, `${s3}/b/k`, { headers: bearer })).toMatchObject({ status: 503 })
    expect(await send(url, `${s3}/b/k`)).toMatchObject({ status: 503 })
    expect(upstream.seen).toEqual([])
  })

  test('the decision is written before anything goes on', async () => {
    const upstream = await startUpstream()
    let seenBefore: number | undefined
    const audit = {
      async record() {
        await new Promise(resolve => setTimeout(resolve, 50))
        seenBefore ??= upstream.seen.length + upstream.broken.length
      },
    }
    const { url } = await startGateway(upstream, { audit })
    expect(await send(url, `${s3}/b/k`, { headers: bearer })).toMatchObject({ status: 200 })
    expect(seenBefore).toBe(0)
  })
})
