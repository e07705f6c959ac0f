import { randomBytes } from 'node:crypto'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { signRequest, signStreamingRequest } from '@rolecall/aws'
import { expect, onTestFinished, test } from 'vitest'
import { bearer, send, sha256, startGateway, startUpstream } from './support.ts'

const keys = { accessKeyId: 'RGWBUILD', secretAccessKey: 'build-secret-MARKER' }
const s3 = { credentials: keys, region: 'eu-central-1', service: 's3' }
const megabyte = randomBytes(1024 * 1024)

test('an upload with a token: in signed chunks over plain HTTP, or unsigned where that is wanted', async () => {
  const upstream = await startUpstream()
  const path = '/s3.eu-central-1.amazonaws.com/bucket/key'
  const put = { method: 'PUT', headers: bearer, body: megabyte }
  const chunked = await startGateway(upstream)
  expect((await send(chunked.url, path, put)).status).toBe(200)
  const unsigned = await startGateway(upstream, { s3Payload: 'unsigned' })
  expect((await send(unsigned.url, path, put)).status).toBe(200)
  expect(upstream.seen.map(({ payload }) => payload)).toEqual([
    'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
    'UNSIGNED-PAYLOAD',
  ])
  for (const { body, url } of upstream.seen) {
    expect(url).toBe('/bucket/key')
    expect(body.equals(megabyte)).toBe(true)
  }
})

test.each([
  ['its hash', {}],
  ['chunks', { chunks: true }],
  ['chunks with a checksum behind them', { chunks: true, checksum: 'crc32' }],
  ['unsigned chunks with a checksum', { chunks: true, checksum: 'sha256', unsignedPayload: true }],
] as const)('an upload that an SDK signed with %s', async (_title, form) => {
  const upstream = await startUpstream()
  for (const s3Payload of ['chunks', 'unsigned'] as const) {
    const { url } = await startGateway(upstream, { s3Payload })
    const asked = { method: 'PUT', url: `${url}/bucket/k%20%2B`, headers: { 'x-amz-meta-a': 'b' } }
    const options = { ...s3, ...form, now: new Date() }
    if ('chunks' in form) {
      const { headers, encoder } = signStreamingRequest(
        { ...asked, decodedLength: megabyte.length },
        options,
      )
      const body = Buffer.concat([encoder.push(megabyte), encoder.end()])
      expect(await send(url, '/bucket/k%20%2B', { method: 'PUT', headers, body })).toMatchObject({
        status: 200,
      })
    } else {
      const headers = signRequest({ ...asked, body: megabyte }, options)
      expect(
        (await send(url, '/bucket/k%20%2B', { method: 'PUT', headers, body: megabyte })).status,
      ).toBe(200)
    }
    const seen = upstream.seen.at(-1)
    expect(seen?.url).toBe('/bucket/k%20%2B')
    expect(seen?.body.equals(megabyte)).toBe(true)
    expect(seen?.headers['x-amz-meta-a']).toBe('b')
    if (!('chunks' in form)) expect(seen?.payload).toBe(sha256(megabyte))
    if ('checksum' in form) {
      expect(seen?.payload).toMatch(s3Payload === 'unsigned' ? /^STREAMING-UNSIGNED/ : /-TRAILER$/)
    }
  }
  expect(upstream.broken).toEqual([])
})

test.each(['hash', 'chunks'] as const)(
  'a body that is not what was signed by %s never ends at AWS',
  async form => {
    const upstream = await startUpstream()
    const { url, events } = await startGateway(upstream, { s3Payload: 'unsigned' })
    const asked = { method: 'PUT', url: `${url}/bucket/key` }
    const options = { ...s3, now: new Date() }
    let body: Buffer
    let headers: Record<string, string>
    if (form === 'hash') {
      headers = signRequest({ ...asked, body: megabyte }, options)
      body = Buffer.from(megabyte)
    } else {
      const stream = signStreamingRequest({ ...asked, decodedLength: megabyte.length }, options)
      headers = stream.headers
      body = Buffer.concat([stream.encoder.push(megabyte), stream.encoder.end()])
    }
    body[body.length - 200] = (body[body.length - 200] ?? 0) ^ 1
    const answer = await send(url, '/bucket/key', { method: 'PUT', headers, body })
    expect([400, 403]).toContain(answer.status)
    expect(answer.text).toContain('<Error><Code>')
    await expect.poll(() => upstream.broken.length).toBe(1)
    expect(upstream.seen).toEqual([])
    await expect
      .poll(() => events.at(-1))
      .toMatchObject({ type: 'delivery.answer', result: 'error' })
  },
)

test('a body without a length: counted when it is small, refused when not', async () => {
  const upstream = await startUpstream()
  const { url } = await startGateway(upstream, { maxBufferedBytes: 100_000 })
  const path = '/s3.eu-central-1.amazonaws.com/bucket/key'
  const headers = { ...bearer, 'transfer-encoding': 'chunked' }
  expect((await send(url, path, { method: 'PUT', headers, body: 'abc' })).status).toBe(200)
  expect(upstream.seen[0]?.body.toString()).toBe('abc')
  expect(await send(url, path, { method: 'PUT', headers, body: megabyte })).toMatchObject({
    status: 411,
    text: expect.stringContaining('MissingContentLength'),
  })
})

test('other services: read whole up to a bound, passed on when the hash is told', async () => {
  const upstream = await startUpstream()
  const { url } = await startGateway(upstream, { maxBufferedBytes: 100_000 })
  const path = '/lambda.eu-central-1.amazonaws.com/2015-03-31/functions/f/invocations'
  const post = { method: 'POST', headers: bearer, body: megabyte }
  expect(await send(url, path, post)).toMatchObject({
    status: 413,
    text: expect.stringContaining('x-amz-content-sha256'),
  })
  const told = { ...bearer, 'x-amz-content-sha256': sha256(megabyte) }
  expect((await send(url, path, { ...post, headers: told })).status).toBe(200)
  expect((await send(url, path, { ...post, body: 'small' })).status).toBe(200)
  expect(upstream.seen.map(({ body }) => body.length)).toEqual([megabyte.length, 5])
})

test('an answer comes as it is: bytes, repeated headers, trailers, no length for HEAD', async () => {
  const upstream = await startUpstream((incoming, response) => {
    if (incoming.method === 'HEAD') {
      response.writeHead(200, { 'content-length': '12345', etag: '"a"' }).end()
      return
    }
    response.writeHead(206, 'Some Of It', [
      ...['Content-Encoding', 'gzip', 'Set-Cookie', 'a=1', 'Set-Cookie', 'b=2'],
      ...['Trailer', 'x-amz-checksum', 'Connection', 'x-secret', 'x-secret', 'hop'],
    ])
    response.write(Buffer.from([0x1f, 0x8b, 0xff]))
    response.addTrailers({ 'x-amz-checksum': 'abc' })
    response.end()
  })
  const { url } = await startGateway(upstream)
  const path = '/s3.eu-central-1.amazonaws.com/bucket/key'
  const answer = await send(url, path, { headers: bearer })
  expect(answer).toMatchObject({
    status: 206,
    headers: { 'content-encoding': 'gzip', 'set-cookie': ['a=1', 'b=2'] },
    trailers: { 'x-amz-checksum': 'abc' },
  })
  expect(answer.headers['x-secret']).toBeUndefined()
  const head = await send(url, path, { method: 'HEAD', headers: bearer })
  expect(head.headers).toMatchObject({ 'content-length': '12345', etag: '"a"' })
})

test('Expect: the body is asked for after the decision, and not for what is refused', async () => {
  const upstream = await startUpstream()
  const { url } = await startGateway(upstream)
  const { hostname, port } = new URL(url)
  const ask = (headers: Record<string, string>) =>
    new Promise<{ status: number | undefined; asked: boolean }>((resolve, reject) => {
      let asked = false
      const sent = request({
        ...{ hostname, port, method: 'PUT', agent: false },
        path: '/s3.eu-central-1.amazonaws.com/bucket/key',
        headers: { ...headers, expect: '100-continue', 'content-length': '3' },
      })
      sent.on('continue', () => {
        asked = true
        sent.end('abc')
      })
      sent.on('response', response => {
        response.resume()
        resolve({ status: response.statusCode, asked })
      })
      sent.on('error', reject)
      sent.flushHeaders()
    })
  expect(await ask(bearer)).toEqual({ status: 200, asked: true })
  expect(await ask({ authorization: 'Bearer not-the-token-at-all' })).toEqual({
    status: 403,
    asked: false,
  })
  expect(upstream.seen).toHaveLength(1)
})

test('when the caller breaks off, so does the request to AWS, and the reverse', async () => {
  const started = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<void>()
  const upstream = createServer((incoming, response) => {
    if (incoming.method === 'GET') {
      response.writeHead(200, { 'content-length': '100' })
      response.write('half of it')
      setTimeout(() => response.destroy(), 50)
      return
    }
    incoming.on('error', () => undefined)
    incoming.once('data', () => started.resolve())
    incoming.once('close', () => ended.resolve())
  })
  await new Promise<void>(resolve => upstream.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void upstream.close())
  const { port } = upstream.address() as AddressInfo
  const { url, events } = await startGateway(
    { url: `http://127.0.0.1:${port}` },
    { s3Payload: 'unsigned' },
  )
  const at = new URL(url)
  const path = '/s3.eu-central-1.amazonaws.com/bucket/key'
  const put = request({
    ...{ hostname: at.hostname, port: at.port, path, method: 'PUT' },
    headers: { ...bearer, 'content-length': '1000' },
  })
  put.on('error', () => undefined)
  put.write('abc')
  await started.promise
  put.destroy()
  await ended.promise
  await expect(send(url, path, { headers: bearer })).rejects.toThrow('aborted')
  await expect.poll(() => events.filter(({ result }) => result === 'error').length).toBe(2)
})

test('AWS answers early: the caller gets the answer, the connection the next request', async () => {
  const upstream = createServer((_incoming, response) => {
    response.writeHead(403, { 'content-length': '2' }).end('no')
  })
  await new Promise<void>(resolve => upstream.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void upstream.close())
  const { port } = upstream.address() as AddressInfo
  const { url } = await startGateway({ url: `http://127.0.0.1:${port}` }, { s3Payload: 'unsigned' })
  const path = '/s3.eu-central-1.amazonaws.com/bucket/key'
  const answer = await send(url, path, { method: 'PUT', headers: bearer, body: megabyte })
  expect(answer).toMatchObject({ status: 403, text: 'no' })
})

test('nobody answers: an error in time, and no request that waits for ever', async () => {
  const upstream = createServer(() => undefined)
  await new Promise<void>(resolve => upstream.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    upstream.closeAllConnections()
    upstream.close()
  })
  const { port } = upstream.address() as AddressInfo
  const { url } = await startGateway(
    { url: `http://127.0.0.1:${port}` },
    { timeouts: { answer: 300 } },
  )
  const answer = await send(url, '/sts.eu-central-1.amazonaws.com/', { headers: bearer })
  expect(answer).toMatchObject({ status: 504, text: expect.stringContaining('RequestTimeout') })
})

test('AWS that is not there: 502 with the reason', async () => {
  const closed = createServer()
  await new Promise<void>(resolve => closed.listen(0, '127.0.0.1', resolve))
  const { port } = closed.address() as AddressInfo
  await new Promise<void>(resolve => closed.close(() => resolve()))
  const { url } = await startGateway({ url: `http://127.0.0.1:${port}` })
  const answer = await send(url, '/sts.eu-central-1.amazonaws.com/', { headers: bearer })
  expect(answer).toMatchObject({ status: 502, text: expect.stringContaining('ECONNREFUSED') })
})

test('a slow reader slows AWS down: little is held in between', async () => {
  let written = 0
  const size = 64 * 1024 * 1024
  const upstream = createServer((_incoming, response) => {
    response.writeHead(200, { 'content-length': String(size) })
    const piece = Buffer.alloc(64 * 1024)
    const more = () => {
      while (written < size) {
        written += piece.length
        if (!response.write(piece)) return void response.once('drain', more)
      }
      response.end()
    }
    more()
  })
  await new Promise<void>(resolve => upstream.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    upstream.closeAllConnections()
    upstream.close()
  })
  const { port } = upstream.address() as AddressInfo
  const { url } = await startGateway({ url: `http://127.0.0.1:${port}` })
  const { hostname, port: at } = new URL(url)
  const socket = connect(Number(at), hostname)
  onTestFinished(() => void socket.destroy())
  socket.write(
    `GET /s3.eu-central-1.amazonaws.com/bucket/key HTTP/1.1\r\nHost: a\r\nAuthorization: ${bearer.authorization}\r\n\r\n`,
  )
  await new Promise<void>(resolve => void socket.once('readable', resolve))
  await new Promise<void>(resolve => void setTimeout(resolve, 500))
  // What the kernel's buffers of two connections hold, and not the whole.
  expect(written).toBeLessThan(size / 2)
})

test('metadata is sent as it came: blanks and bytes beyond ASCII too', async () => {
  const upstream = await startUpstream()
  const { url } = await startGateway(upstream)
  const meta = Buffer.from('a  b é').toString('latin1')
  const answer = await send(url, '/s3.eu-central-1.amazonaws.com/bucket/key', {
    method: 'PUT',
    headers: { ...bearer, 'x-amz-meta-a': meta },
    // As bytes: a text body would make Node write the headers in its encoding too.
    body: Buffer.from('abc'),
  })
  expect(answer.status).toBe(200)
  expect(upstream.seen[0]?.headers['x-amz-meta-a']).toBe(meta)
})

test('an end in the middle of requests: what came of them is in the audit log when it is over', async () => {
  const upstream = createServer(() => undefined)
  await new Promise<void>(resolve => upstream.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    upstream.closeAllConnections()
    upstream.close()
  })
  const { port } = upstream.address() as AddressInfo
  const running = await startGateway({ url: `http://127.0.0.1:${port}` })
  const arrived = new Promise<void>(resolve => void upstream.once('request', () => resolve()))
  const broken = expect(
    send(running.url, '/sts.eu-central-1.amazonaws.com/', { headers: bearer }),
  ).rejects.toThrow()
  await arrived
  const idle = running.gateway.close().then(() => running.events.map(({ type }) => type))
  await running.listening.close(0)
  expect(await idle).toEqual(['delivery.request', 'delivery.answer'])
  await broken
})
