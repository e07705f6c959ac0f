import { once } from 'node:events'
import { createServer as createTlsServer } from 'node:https'
import type { Socket } from 'node:net'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import {
  AwsError,
  createHttpAgents,
  createHttpSend,
  type HttpClientOptions,
  proxyFromEnvironment,
  Secret,
} from '../src/index.ts'
import { selfSigned } from './certificate.ts'
import { listen, origin } from './listen.ts'
import { listenAsProxy, listenRaw } from './proxy.ts'

const ours = selfSigned('IP:127.0.0.1', 'DNS:localhost')
const elsewhere = selfSigned('DNS:other.example')
const basic = `Basic ${Buffer.from('jörg:p@ss:word').toString('base64')}`
const login = { username: 'jörg', password: new Secret('p@ss:word') }

const get = (url: string) => ({ method: 'GET', url, headers: { authorization: 'AWS4 signed' } })

/** A target over TLS that answers with what it received. */
async function listenTls(certificate = ours): Promise<string> {
  const server = createTlsServer(certificate, (message, response) => {
    response.end(JSON.stringify({ url: message.url, headers: message.headers }))
  })
  return (await origin(server as never)).replace('http:', 'https:')
}

const listenPlain = () =>
  listen(({ message, body }, response) => {
    response.end(JSON.stringify({ url: message.url, headers: message.headers, body }))
  })

async function errorOf(call: Promise<unknown>): Promise<AwsError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error instanceof AwsError) return error
  throw new Error('expected an AwsError', { cause: error })
}

describe('a proxy for https', () => {
  it('is asked for a tunnel and sees nothing of the request', async () => {
    const proxy = await listenAsProxy({ authorization: basic })
    const target = await listenTls()
    const send = createHttpSend({ proxy: { url: proxy.url, ...login }, ca: ours.cert })
    const answer = JSON.parse((await send(get(`${target}/path?a=1`))).body)
    expect(answer).toMatchObject({ url: '/path?a=1', headers: { authorization: 'AWS4 signed' } })
    expect(answer.headers).not.toHaveProperty('proxy-authorization')
    const { host } = new URL(target)
    expect(proxy.received).toEqual([
      {
        method: 'CONNECT',
        target: host,
        headers: { host, connection: 'keep-alive', 'proxy-authorization': basic },
      },
    ])
    expect(proxy.tunnelled().length).toBeGreaterThan(100)
    expect(proxy.tunnelled().toString('latin1')).not.toMatch(/AWS4|path|proxy-auth/)
  })

  it('keeps the tunnel for the next request', async () => {
    const proxy = await listenAsProxy()
    const target = await listenTls()
    const send = createHttpSend({ proxy: proxy.url, ca: ours.cert })
    for (let call = 0; call < 3; call++) expect((await send(get(target))).status).toBe(200)
    expect(proxy.received).toHaveLength(1)
  })

  it('is itself reached over TLS, by its own name', async () => {
    const proxy = await listenAsProxy({ authorization: basic, tls: ours })
    const target = await listenTls()
    const url = proxy.url
      .replace('//', '//j%C3%B6rg:p%40ss%3Aword@')
      .replace('127.0.0.1', 'localhost')
    const send = createHttpSend({ proxy: url, ca: ours.cert })
    expect((await send(get(target))).status).toBe(200)
    expect(proxy.received).toHaveLength(1)
  })

  it('over TLS with another certificate gets no credentials', async () => {
    const proxy = await listenAsProxy({ tls: elsewhere })
    const target = await listenTls()
    const both = [ours.cert, elsewhere.cert]
    const send = createHttpSend({ proxy: { url: proxy.url, ...login }, ca: both })
    const error = await errorOf(send(get(target)))
    expect(error).toMatchObject({ code: 'network', retryable: true })
    expect(error.message).toBe(
      `the connection to the proxy ${proxy.host} failed: ERR_TLS_CERT_ALTNAME_INVALID`,
    )
    expect(proxy.received).toEqual([])
  })

  it('does not make the certificate of the target count less', async () => {
    const proxy = await listenAsProxy()
    const [unknown, wrong] = [await listenTls(), await listenTls(elsewhere)]
    const send = createHttpSend({ proxy: proxy.url, ca: elsewhere.cert })
    expect((await errorOf(send(get(unknown)))).message).toContain('DEPTH_ZERO_SELF_SIGNED_CERT')
    expect((await errorOf(send(get(wrong)))).message).toContain('ERR_TLS_CERT_ALTNAME_INVALID')
  })

  it.each<[string, HttpClientOptions['proxy'], string]>([
    ['without credentials', undefined, 'it wants a user name and a password'],
    ['with others', { url: '', ...login, username: 'x' }, 'it did not accept the user name'],
  ])('that wants credentials refuses %s', async (_, given, why) => {
    const proxy = await listenAsProxy({ authorization: basic })
    const target = await listenTls()
    const own = given === undefined ? { url: proxy.url } : { ...(given as object), url: proxy.url }
    const send = createHttpSend({ proxy: own, ca: ours.cert })
    const error = await errorOf(send(get(target)))
    expect(error).toMatchObject({
      code: 'proxy_refused',
      status: 407,
      fault: 'network',
      retryable: false,
      message: expect.stringContaining(why),
    })
    expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/p@ss|Basic|AWS4/)
  })

  it('leaves a status 407 of the target to the target', async () => {
    const proxy = await listenAsProxy()
    const server = createTlsServer(ours, (_, response) => void response.writeHead(407).end('own'))
    const target = (await origin(server as never)).replace('http:', 'https:')
    const send = createHttpSend({ proxy: proxy.url, ca: ours.cert })
    expect(await send(get(target))).toMatchObject({ status: 407, body: 'own' })
  })

  it('that cannot reach the target is told of as such, to be tried again', async () => {
    const proxy = await listenAsProxy()
    const send = createHttpSend({ proxy: proxy.url })
    expect(await errorOf(send(get('https://127.0.0.1:1/')))).toMatchObject({
      code: 'proxy_refused',
      message: `the proxy ${proxy.host} refused to reach 127.0.0.1:1 with status 502`,
      retryable: true,
    })
  })

  it.each<[string, (socket: Socket) => void, string]>([
    ['cuts the connection', socket => socket.destroy(), 'ECONNRESET'],
    ['speaks something else', socket => socket.end('hello\r\n\r\n'), 'HPE_INVALID_CONSTANT'],
    [
      'speaks for the target',
      socket => socket.write('HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n'),
      'it sent data of its own',
    ],
  ])('that %s is a network error', async (_, handle, why) => {
    const host = await listenRaw(socket => void socket.once('data', () => handle(socket)))
    const error = await errorOf(createHttpSend({ proxy: `http://${host}` })(get('https://a.test/')))
    expect(error).toMatchObject({ code: 'network', fault: 'network', retryable: true })
    expect(error.message).toBe(`the connection to the proxy ${host} failed: ${why}`)
  })

  it('that opens a tunnel to nowhere is a network error', async () => {
    const host = await listenRaw(socket => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n')
        socket.once('data', () => socket.destroy())
      })
    })
    const error = await errorOf(createHttpSend({ proxy: `http://${host}` })(get('https://a.test/')))
    expect(error).toMatchObject({ code: 'network', message: expect.stringContaining('a.test') })
  })

  it('that does not answer is given up with the request, and let go', async () => {
    let open = 0
    const host = await listenRaw(socket => {
      open += 1
      socket.on('data', () => undefined)
      socket.on('close', () => {
        open -= 1
      })
    })
    const began = performance.now()
    const sent = createHttpSend({ proxy: `http://${host}` })
    const error = await errorOf(sent({ ...get('https://a.test/'), timeoutMs: 80 }))
    expect(error).toMatchObject({ code: 'timeout', fault: 'network' })
    expect(performance.now() - began).toBeLessThan(1000)
    await expect.poll(() => open).toBe(0)
  })

  it('that does not answer is given up in time when nobody else has a deadline', async () => {
    const host = await listenRaw(() => undefined)
    const agents = createHttpAgents({ proxy: `http://${host}`, connectTimeoutMs: 50 })
    const outgoing = await agents.open({ method: 'GET', url: 'https://a.test/', headers: {} })
    const [error] = await once(outgoing.end(), 'error')
    expect(error).toMatchObject({
      code: 'timeout',
      message: `the proxy ${host} did not answer within 50 ms`,
    })
  })
})

describe('a proxy for http', () => {
  it('gets the request in absolute form, and alone its credentials', async () => {
    const proxy = await listenAsProxy({ authorization: basic })
    const target = await listenPlain()
    const send = createHttpSend({ proxy: { url: proxy.url, ...login } })
    const sent = { ...get(`${target}/a%2f?b=%20`), method: 'POST', body: 'grüße' }
    const answer = JSON.parse((await send(sent)).body)
    expect(answer).toMatchObject({
      url: '/a%2f?b=%20',
      headers: { authorization: 'AWS4 signed', host: new URL(target).host },
      body: 'grüße',
    })
    expect(proxy.received).toMatchObject([
      { method: 'POST', target: sent.url, headers: { 'proxy-authorization': basic } },
    ])
  })

  it('over TLS is known by its own name', async () => {
    const proxy = await listenAsProxy({ tls: ours })
    const target = await listenPlain()
    const send = createHttpSend({ proxy: proxy.url, ca: ours.cert })
    expect((await send(get(target))).status).toBe(200)
    expect(proxy.received).toHaveLength(1)
  })

  it('that wants credentials is told of as such', async () => {
    const proxy = await listenAsProxy({ authorization: basic })
    const target = await listenPlain()
    const error = await errorOf(createHttpSend({ proxy: proxy.url })(get(target)))
    expect(error).toMatchObject({ code: 'proxy_refused', status: 407 })
  })

  it('does not make a status 407 of a target reached directly the proxy’s', async () => {
    const target = await listen((_, response) => void response.writeHead(407).end())
    const send = createHttpSend({ proxy: 'http://127.0.0.1:1', noProxy: '127.0.0.1' })
    expect((await send(get(target))).status).toBe(407)
  })
})

it('the caller’s Proxy-Authorization reaches no target', async () => {
  const target = await listenPlain()
  const headers = { 'Proxy-Authorization': basic, 'x-kept': '1' }
  const answer = JSON.parse((await createHttpSend()({ ...get(target), headers })).body)
  expect(answer.headers).toMatchObject({ 'x-kept': '1' })
  expect(answer.headers).not.toHaveProperty('proxy-authorization')
})

it('any certificate is taken of a target when that is asked for, and of a proxy none', async () => {
  const target = await listenTls(elsewhere)
  await expect(createHttpSend()(get(target))).rejects.toMatchObject({ code: 'network' })
  const trusting = createHttpSend({ verifyTargets: false })
  expect((await trusting(get(target))).status).toBe(200)
  const proxy = await listenAsProxy()
  const through = createHttpSend({ proxy: proxy.url, verifyTargets: false })
  expect((await through(get(target))).status).toBe(200)
  const secure = await listenAsProxy({ tls: elsewhere })
  const refused = createHttpSend({ proxy: secure.url, verifyTargets: false })
  await expect(refused(get(target))).rejects.toMatchObject({ code: 'network' })
})

it('the certificate is held to the address, whatever the Host header says', async () => {
  const target = await listenTls(elsewhere)
  const send = createHttpSend({ ca: elsewhere.cert })
  const error = await errorOf(send({ ...get(target), headers: { host: 'other.example' } }))
  expect(error.message).toContain('ERR_TLS_CERT_ALTNAME_INVALID')
})

describe('certificates of authorities', () => {
  it('count instead of those of Node', async () => {
    const target = await listenTls()
    expect(await errorOf(createHttpSend()(get(target)))).toMatchObject({ code: 'network' })
    const bundle = `# a comment\n${elsewhere.cert}\n${ours.cert}`
    expect((await createHttpSend({ ca: bundle })(get(target))).status).toBe(200)
  })

  it.each([
    ['', 'there is no'],
    ['-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----', 'number 1 of 1'],
    [`${ours.cert}${ours.cert.replace(/\n[\w+/]{8}/, '\nAAAAAAAA')}`, 'number 2 of 2'],
    [ours.key, 'there is no'],
  ])('that cannot be read are refused', (ca, why) => {
    expect(() => createHttpSend({ ca })).toThrow(
      expect.objectContaining({
        code: 'bad_certificates',
        message: expect.stringContaining(why),
      }),
    )
  })
})

describe('the address of a proxy', () => {
  it.each([
    ['proxy.example:3128', 'http', 'proxy.example', 3128],
    ['http://proxy.example', 'http', 'proxy.example', 80],
    [' https://proxy.example/ ', 'https', 'proxy.example', 443],
    ['http://[::1]:8080', 'http', '::1', 8080],
    ['user:pw@proxy.example:3128', 'http', 'proxy.example', 3128],
  ])('may be %s', (proxy, scheme, hostname, port) => {
    const known = createHttpAgents({ proxy }).proxyOf('https://a.test/')
    expect(known).toMatchObject({ scheme, hostname, port })
  })

  it.each([
    '',
    'socks5://secret-part:secret@proxy.example:1080',
    'http://secret-part@proxy.example/path',
    'http://proxy.example?secret-part',
    'http://%zz:secret-part@proxy.example',
    'http://secret-part%3Ab:c@proxy.example',
    'http://a:secret-part%0a@proxy.example',
    'http://secret-part:99999',
  ])('is refused without being repeated: %s', proxy => {
    let thrown: unknown
    try {
      createHttpSend({ proxy })
    } catch (error) {
      thrown = error
    }
    expect(thrown).toMatchObject({ code: 'bad_proxy' })
    expect(inspect(thrown, { showHidden: true, depth: 9 })).not.toContain('secret-part')
  })
})

describe('targets without a proxy', () => {
  const isDirect = (noProxy: string | readonly string[], url: string) =>
    createHttpAgents({ proxy: 'proxy.example:3128', noProxy }).proxyOf(url) === undefined

  it.each([
    ['*', 'https://a.test/', true],
    ['', 'https://a.test/', false],
    ['a.test', 'https://a.test/', true],
    ['a.test', 'https://A.Test./', true],
    ['a.test', 'https://b.a.test/', true],
    ['a.test', 'https://ba.test/', false],
    ['.a.test', 'https://a.test/', true],
    ['*.a.test', 'https://b.a.test/', true],
    ['A.TEST', 'https://a.test/', true],
    ['a.test:443', 'https://a.test/', true],
    ['a.test:443', 'http://a.test/', false],
    ['a.test:8443', 'https://a.test:8443/', true],
    ['x, a.test y', 'https://a.test/', true],
    ['127.0.0.1', 'http://127.0.0.1:99/', true],
    ['127.0.0.1:98', 'http://127.0.0.1:99/', false],
    ['10.1.2.3/8', 'http://10.200.0.1/', true],
    ['10.0.0.0/8', 'http://11.0.0.1/', false],
    ['10.0.0.0/8', 'http://10.test/', false],
    ['::1', 'http://[::1]:8080/', true],
    ['[::1]:8080', 'http://[::1]:8080/', true],
    ['[::1]:8081', 'http://[::1]:8080/', false],
    ['fd00::/8', 'http://[fd00:ec2::254]/', true],
  ])('%j has %s: %s', (rules, url, expected) => {
    expect(isDirect(rules, url)).toBe(expected)
  })

  it.each(['a b', '10.0.0.0/33', 'fd00::/129', 'http://a.test', '1.2.3.4/x', 'a..b', '*a.test'])(
    'are given in the form that is known: %s',
    rule => {
      const rules = rule === 'a b' ? Array(1001).fill('a') : rule
      expect(() => createHttpAgents({ noProxy: rules })).toThrow(
        expect.objectContaining({ code: 'bad_proxy' }),
      )
    },
  )
})

describe('proxyFromEnvironment', () => {
  const proxies = (env: Record<string, string>) => {
    const agents = createHttpAgents(proxyFromEnvironment(env))
    const of = (url: string) => agents.proxyOf(url)?.host
    return { https: of('https://a.test/'), http: of('http://a.test/'), of }
  }

  it('takes a proxy by the scheme of the target', () => {
    const all = { HTTPS_PROXY: 'http://s:1', HTTP_PROXY: 'http://p:2' }
    expect(proxies(all)).toMatchObject({ https: 's:1', http: 'p:2' })
    expect(proxies({ HTTPS_PROXY: 'http://s:1' })).toMatchObject({ https: 's:1', http: undefined })
    expect(proxies({ https_proxy: '', HTTP_PROXY: '' })).toMatchObject({ https: undefined })
  })

  it('takes names in lower case first', () => {
    const both = { https_proxy: 'http://low:1', HTTPS_PROXY: 'http://up:1' }
    expect(proxies(both).https).toBe('low:1')
  })

  it('is not led astray by a Proxy header of a CGI request', () => {
    const cgi = { REQUEST_METHOD: 'GET', HTTP_PROXY: 'http://evil:1', HTTPS_PROXY: 'http://s:1' }
    expect(proxies(cgi)).toMatchObject({ https: 's:1', http: undefined })
    expect(proxies({ ...cgi, http_proxy: 'http://good:1' }).http).toBe('good:1')
  })

  it('leaves out what NO_PROXY lists, and what is on this machine', () => {
    const { of } = proxies({
      HTTP_PROXY: 'http://p:2',
      HTTPS_PROXY: 'http://p:2',
      NO_PROXY: 'b.test',
    })
    for (const host of ['b.test', 'localhost', '127.1.2.3', '[::1]', '169.254.169.254']) {
      expect(of(`http://${host}:8080/`)).toBeUndefined()
      expect(of(`https://${host}/`)).toBeUndefined()
    }
    expect(of('http://[fd00:ec2::254]/')).toBeUndefined()
    expect(of('http://c.test/')).toBe('p:2')
  })
})
