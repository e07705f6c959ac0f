import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { isAnotherUser } from './peer-user.ts'

const head =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n'
const socket = { remoteAddress: '127.0.0.1', remotePort: 40_000, localPort: 8000 }

function table(uid: number): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'rolecall-peer-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'tcp')
  const entry = (from: string, to: string, id: number) =>
    `   0: 0100007F:${from} 0100007F:${to} 01 00000000:00000000 00:00000000 00000000 ${String(id).padStart(5)}        0 1 1\n`
  // Our own end first, and another connection of the same port.
  writeFileSync(
    file,
    head + entry('1F40', '9C40', 1000) + entry('9C40', '0050', 1000) + entry('9C40', '1F40', uid),
  )
  return [file, file]
}

test('the other end of a connection is another user, or not', () => {
  expect(isAnotherUser(socket, table(1001), 1000)).toBe(true)
  expect(isAnotherUser(socket, table(1000), 1000)).toBe(false)
  // Root reads everything anyway; the relay of WSL belongs to it.
  expect(isAnotherUser(socket, table(0), 1000)).toBe(false)
  expect(isAnotherUser({ ...socket, remotePort: 40_001 }, table(1001), 1000)).toBe(false)
  expect(isAnotherUser(socket, ['/nowhere'], 1000)).toBe(false)
})

test('Linux tells it of a real connection', async () => {
  const own = process.getuid?.() ?? 0
  const seen = new Promise<boolean[]>((resolve, reject) => {
    const server = createServer((request, response) => {
      const stranger = own + 1
      const { socket: peer } = request
      resolve([
        isAnotherUser(peer, undefined, own),
        // Root is nobody's stranger: to another user this process is one, unless it is root's.
        isAnotherUser(peer, undefined, stranger),
      ])
      response.end()
      server.close()
    }).listen(0, '127.0.0.1', () => {
      const bound = server.address()
      const port = typeof bound === 'object' && bound !== null ? bound.port : 0
      fetch(`http://127.0.0.1:${port}/`).catch(reject)
    })
  })
  expect(await seen).toEqual([false, process.platform === 'linux' && own !== 0])
})
