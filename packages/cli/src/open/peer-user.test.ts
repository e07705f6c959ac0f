import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { isAnotherUser } from './peer-user.ts'

const head =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n'
const socket = {
  remoteAddress: '127.0.0.1',
  remotePort: 40_000,
  localAddress: '127.0.0.1',
  localPort: 8000,
}
const [peer, ours] = ['0100007F:9C40 0100007F:1F40', '0100007F:1F40 0100007F:9C40']

function table(...ends: readonly string[]): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'rolecall-peer-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'tcp')
  writeFileSync(file, head + ends.join(''))
  return [file, file]
}

const entry = (ends: string, uid: number, { state = '01', inode = 1 } = {}) =>
  `   0: ${ends} ${state} 00000000:00000000 00:00000000 00000000 ${String(uid).padStart(5)}        0 ${inode} 1\n`
const left = { state: '06', inode: 0 }

test('the other end of a connection is another user, or not', () => {
  const of = (uid: number) =>
    // Our own end first, and another connection of the same port.
    table(entry(ours, 1000), entry('0100007F:9C40 0100007F:0050', 1000), entry(peer, uid))
  expect(isAnotherUser(socket, of(1001), 1000)).toBe(true)
  expect(isAnotherUser(socket, of(1000), 1000)).toBe(false)
  // Root reads everything anyway; the relay of WSL belongs to it.
  expect(isAnotherUser(socket, of(0), 1000)).toBe(false)
  expect(isAnotherUser(socket, ['/nowhere'], 1000)).toBe(false)
  expect(isAnotherUser(socket, table(), 1000)).toBe(false)
})

test('an end that was left is nobody of ours, though Linux says root of it', () => {
  expect(isAnotherUser(socket, table(entry(ours, 1000), entry(peer, 0, left)), 1000)).toBe(true)
  const another = '0200007F:9C40 0100007F:1F40'
  const ends = table(entry(another, 0), entry(peer, 1001), entry(ours, 1000))
  expect(isAnotherUser(socket, ends, 1000)).toBe(true)
})

test('an end that is not there is on another system while ours is open, else it has gone', () => {
  expect(isAnotherUser(socket, table(entry(ours, 1000)), 1000)).toBe(false)
  expect(isAnotherUser(socket, table(entry(ours, 1000, { state: '08' })), 1000)).toBe(true)
  expect(isAnotherUser(socket, table(entry('0100007F:0016 0100007F:9C41', 0)), 1000)).toBe(true)
})

test.runIf(process.platform === 'linux').each(['127.0.0.1', '::1'])(
  'Linux tells it of real connections to %s',
  async host => {
    const own = process.getuid?.() ?? 0
    const arrived = Promise.withResolvers<Socket>()
    const server = createServer(arrived.resolve).listen(0, host)
    onTestFinished(() => void server.close())
    await once(server, 'listening')
    const bound = server.address()
    const port = typeof bound === 'object' && bound !== null ? bound.port : 0
    const client = connect({ host, port })
    const there = await arrived.promise
    onTestFinished(() => void there.destroy())
    expect(isAnotherUser(there, undefined, own)).toBe(false)
    // Root is nobody's stranger: to another user this process is one, unless it is root's.
    expect(isAnotherUser(there, undefined, own + 1)).toBe(own !== 0)
    // As a program does that sends a request and goes.
    const { remotePort = 0, localPort = 0 } = there
    const gone = { remoteAddress: host, remotePort, localAddress: host, localPort }
    const closed = new Promise(resolve =>
      there.once('error', () => undefined).once('close', resolve),
    )
    client.resetAndDestroy()
    await closed
    expect(isAnotherUser(gone, undefined, own)).toBe(true)
    expect(isAnotherUser(there, undefined, own)).toBe(true)
  },
)
