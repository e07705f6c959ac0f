/** Memory while bodies flow: the bench `gateway-memory` does the same with 16 GiB. */
import { fork } from 'node:child_process'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { bearer, sha256, token } from './support.ts'

const uploads = 16
const bytes = 64 * 1024 * 1024
const piece = Buffer.alloc(64 * 1024, 'x')

test('16 uploads at once, of 1 GiB together, in signed chunks: the whole process holds less than 200 MB', async () => {
  let arrived = 0
  const upstream = createServer((incoming, response) => {
    incoming.on('data', (data: Buffer) => {
      arrived += data.length
    })
    incoming.on('end', () => response.end('ok'))
  })
  await new Promise<void>(resolve => upstream.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    upstream.closeAllConnections()
    upstream.close()
  })
  const { port } = upstream.address() as AddressInfo
  const file = join(import.meta.dirname, 'gateway-child.ts')
  const child = fork(file, [`http://127.0.0.1:${port}`, sha256(token)])
  onTestFinished(() => void child.kill())
  const said = () => new Promise<unknown>(resolve => void child.once('message', resolve))
  const { hostname, port: at } = new URL(String(await said()))
  let most = 0
  const look = async () => {
    child.send('memory')
    most = Math.max(most, Number(await said()))
  }
  const timer = setInterval(() => void look(), 200)
  await Promise.all(Array.from({ length: uploads }, () => upload(hostname, Number(at))))
  clearInterval(timer)
  await look()
  expect(arrived).toBeGreaterThanOrEqual(uploads * bytes)
  expect(most / 1e6).toBeLessThan(200)
}, 120_000)

function upload(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, host, () => {
      socket.write(
        [
          'PUT /s3.eu-central-1.amazonaws.com/bucket/key HTTP/1.1',
          ...['Host: localhost', `Authorization: ${bearer.authorization}`],
          ...['Connection: close', `Content-Length: ${bytes}`, '', ''],
        ].join('\r\n'),
      )
      let left = bytes
      const more = () => {
        while (left > 0) {
          left -= piece.length
          if (!socket.write(piece)) return void socket.once('drain', more)
        }
      }
      more()
    })
    let answer = ''
    socket.on('data', data => {
      answer += data.toString('latin1')
    })
    socket.on('error', reject)
    socket.on('close', () =>
      answer.startsWith('HTTP/1.1 200 ') ? resolve() : reject(new Error(answer || 'no answer')),
    )
  })
}
