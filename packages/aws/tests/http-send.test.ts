import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { createHttpAgents, httpSend, signRequest, verifySignedRequest } from '../src/index.ts'
import { listen, origin } from './listen.ts'

const get = (url: string) => ({ method: 'GET', url, headers: {} })

/** A server that turns each connection into something else. */
async function turning(head: string): Promise<string> {
  const server = createServer()
  server.removeAllListeners('connection')
  server.on('connection', socket => {
    socket.on('error', () => undefined)
    socket.once('data', () => socket.write(`${head}Connection: Upgrade\r\n\r\n`))
  })
  return await origin(server)
}

describe('httpSend', () => {
  it('sends method, raw path, headers and body, and gives the answer', async () => {
    const url = await listen(({ message, body }, response) => {
      response.setHeader('Set-Cookie', ['a=1', 'b=2'])
      response.writeHead(418, { 'X-Seen': String(message.headers['x-given']) })
      response.end(`${message.method} ${message.url} ${message.headers['content-length']} ${body}`)
    })
    const answer = await httpSend({
      method: 'POST',
      url: `${url}/a/../b//c%2f?x=%20`,
      headers: { 'x-given': 'yes' },
      body: 'grüße',
    })
    expect(answer).toEqual({
      status: 418,
      headers: expect.objectContaining({ 'x-seen': 'yes', 'set-cookie': 'a=1, b=2' }),
      setCookies: ['a=1', 'b=2'],
      body: 'POST /a/../b//c%2f?x=%20 7 grüße',
    })
  })

  it('follows no redirect', async () => {
    let calls = 0
    const url = await listen((_, response) => {
      calls += 1
      response.writeHead(302, { location: '/elsewhere' }).end()
    })
    expect((await httpSend(get(url))).status).toBe(302)
    expect(calls).toBe(1)
  })

  it('keeps the connection for the next request', async () => {
    const ports = new Set<number | undefined>()
    const url = await listen(({ message }, response) => {
      ports.add(message.socket.remotePort)
      response.end()
    })
    await httpSend(get(url))
    await httpSend(get(url))
    expect(ports.size).toBe(1)
  })

  it('gives up when there is no answer in time', async () => {
    const url = await listen(() => undefined)
    await expect(httpSend({ ...get(url), timeoutMs: 50 })).rejects.toMatchObject({
      code: 'timeout',
      fault: 'network',
      retryable: false,
    })
  })

  it('gives up when the answer drips past the deadline', async () => {
    const url = await listen((_, response) => {
      const drip = setInterval(() => response.write('x'), 10)
      response.on('close', () => clearInterval(drip))
    })
    await expect(httpSend({ ...get(url), timeoutMs: 100 })).rejects.toMatchObject({
      code: 'timeout',
    })
  })

  it('stops reading an answer that is too large', async () => {
    const url = await listen((_, response) => response.end('x'.repeat(1001)))
    await expect(httpSend({ ...get(url), maxBytes: 1000 })).rejects.toMatchObject({
      code: 'response_too_large',
    })
    expect((await httpSend({ ...get(url), maxBytes: 1001 })).body).toHaveLength(1001)
  })

  it('reports a connection that is cut within the answer', async () => {
    const url = await listen((_, response) => {
      response.writeHead(200, { 'content-length': 100 })
      response.write('half', () => response.destroy())
    })
    await expect(httpSend(get(url))).rejects.toMatchObject({ code: 'network', retryable: true })
  })

  it('reports a refused connection by host, without path and query', async () => {
    const url = await origin(createServer())
    const closed = url.replace(/\d+$/, '1')
    const sent = httpSend(get(`${closed}/path?secret=1`))
    await expect(sent).rejects.toMatchObject({
      code: 'network',
      message: 'the exchange with 127.0.0.1:1 failed: ECONNREFUSED',
    })
  })

  it.each([
    ['a switch of protocols', 'GET', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n'],
    ['a tunnel', 'CONNECT', 'HTTP/1.1 200 OK\r\n'],
  ])('reports a connection that is turned into %s', async (_, method, head) => {
    const url = await turning(head)
    const sent = httpSend({ ...get(url), method, timeoutMs: 2000 })
    await expect(sent).rejects.toMatchObject({ code: 'network' })
  })

  it('reports something that is not HTTP', async () => {
    const server = createServer()
    server.on('connection', socket => socket.end('hello\r\n\r\n'))
    const url = await origin(server)
    await expect(httpSend(get(url))).rejects.toMatchObject({ code: 'network' })
  })

  it('reports a server that does not speak TLS', async () => {
    const url = await listen((_, response) => response.end())
    const sent = httpSend(get(url.replace('http:', 'https:')))
    await expect(sent).rejects.toMatchObject({ code: 'network', fault: 'network' })
  })

  it.each(['http://127.0.0.1:1/a b', 'http://127.0.0.1:1/é'])('refuses to send %s', async url => {
    await expect(httpSend(get(url))).rejects.toMatchObject({ code: 'bad_url' })
  })

  it.each(['http://127.0.0.1:0/', 'http://127.0.0.1:65536/'])('refuses %s', async url => {
    await expect(httpSend(get(url))).rejects.toMatchObject({
      code: 'bad_url',
      message: expect.stringContaining('port'),
    })
  })

  it('refuses an address with a user name', async () => {
    await expect(httpSend(get('http://a:b@127.0.0.1/'))).rejects.toMatchObject({ code: 'bad_url' })
  })
})

it('a switch of protocols is an error for who streams, too', async () => {
  const url = await turning('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n')
  const opened = await createHttpAgents().open(get(url))
  const failed = once(opened, 'error')
  opened.end()
  expect((await failed)[0]).toMatchObject({ code: 'network' })
})

describe('a signature over the wire', () => {
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' }
  const now = new Date('2026-01-02T03:04:05Z')

  it('is verified with the headers as node:http reads them', async () => {
    const url = await listen(({ message, body }, response) => {
      const verified = verifySignedRequest(
        {
          method: message.method ?? '',
          path: message.url ?? '',
          headers: message.headersDistinct,
          body,
        },
        { now, service: 'execute-api', findCredentials: () => credentials },
      )
      response.end(JSON.stringify(verified))
    })
    const request = {
      method: 'POST',
      url: `${url}/a%20b/%C3%A9?z=1&a=%2F&a`,
      headers: { 'x-name': '  Jörg   ✓ ', 'x-list': ['b', 'a'] },
      body: 'grüße',
    }
    const headers = signRequest(request, {
      credentials,
      region: 'eu-central-1',
      service: 'execute-api',
      now,
    })
    const answer = await httpSend({ ...request, headers })
    expect(JSON.parse(answer.body)).toMatchObject({
      accessKeyId: 'AKIDEXAMPLE',
      signedHeaders: ['host', 'x-amz-date', 'x-list', 'x-name'],
    })
  })

  it('is refused when a header is repeated on the wire', async () => {
    const url = await listen(({ message }, response) => {
      try {
        verifySignedRequest(
          { method: 'GET', path: '/', headers: message.headersDistinct },
          { now, service: 'sts', findCredentials: () => credentials },
        )
        response.end('accepted')
      } catch (error) {
        response.end(String(error))
      }
    })
    const headers = signRequest(
      { method: 'GET', url: `${url}/` },
      { credentials, region: 'eu-central-1', service: 'sts', now },
    )
    const { hostname, port } = new URL(url)
    const lines = Object.entries({ ...headers, connection: 'close' }).map(
      ([name, value]) => `${name}: ${value}`,
    )
    const again = `Authorization: ${headers.authorization}`
    const socket = connect(Number(port), hostname)
    socket.end(`GET / HTTP/1.1\r\n${[...lines, again].join('\r\n')}\r\n\r\n`)
    let text = ''
    for await (const chunk of socket) text += String(chunk)
    expect(text).toContain("The header 'authorization' must stand only once.")
  })
})
