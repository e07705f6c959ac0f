/** An upstream that does not keep to the rules, and callers that leave. */
import { createServer, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { bearer, send, startGateway } from './support.ts'

const path = '/s3.eu-central-1.amazonaws.com/bucket/key'

/** A server of bytes; `answer` gets each request's head. */
async function startBytes(answer: (socket: Socket, head: string, count: number) => void) {
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    let count = 0
    socket.on('data', piece => {
      count += 1
      answer(socket, piece.toString('latin1'), count)
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  return { url: `http://127.0.0.1:${port}` }
}

test.each([
  ['a reason with control characters', 'HTTP/1.1 200 O\x01K\r\nContent-Length: 2\r\n\r\nok'],
  ['a status that is none', 'HTTP/1.1 099 Odd\r\nContent-Length: 2\r\n\r\nok'],
  [
    'an upgrade nobody asked for',
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
  ],
  ['no HTTP at all', 'SSH-2.0-OpenSSH\r\n'],
  ['a header that is none', 'HTTP/1.1 200 OK\r\nA b: c\r\nContent-Length: 2\r\n\r\nok'],
  ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok'],
])('%s: the caller gets an answer, and the gateway goes on', async (_title, bytes) => {
  const upstream = await startBytes(socket => socket.end(Buffer.from(bytes, 'latin1')))
  const { url, events } = await startGateway(upstream)
  const answer = await send(url, path, { headers: bearer })
  expect([200, 502]).toContain(answer.status)
  expect((await send(url, path)).status).toBe(403)
  await expect.poll(() => events.filter(({ type }) => type === 'delivery.answer').length).toBe(1)
})

test('kept connections that AWS closed one after another: the request is answered', async () => {
  const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
  // Every connection answers once, then closes when the next request is on its way.
  const upstream = await startBytes((socket, _head, count) => {
    if (count === 1) setTimeout(() => socket.write(ok), 100)
    else socket.resetAndDestroy()
  })
  const { url, events } = await startGateway(upstream)
  const first = await Promise.all([1, 2, 3, 4].map(() => send(url, path, { headers: bearer })))
  expect(first.map(({ status }) => status)).toEqual([200, 200, 200, 200])
  const answer = await send(url, path, { headers: bearer })
  expect([200, 502]).toContain(answer.status)
  await expect.poll(() => events.filter(({ type }) => type === 'delivery.answer').length).toBe(5)
})
