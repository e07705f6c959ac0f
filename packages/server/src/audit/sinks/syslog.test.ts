import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { lookup } from 'node:dns'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer as createTcp, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { createServer as createTls } from 'node:tls'
import { expect, onTestFinished, test } from 'vitest'
import { rowsOf } from '../../../tests/support/log-rows.ts'
import { temporaryDirectory } from '../../../tests/support/temporary-directory.ts'
import { openStore } from '../../store/index.ts'
import { exportLine } from '../export-line.ts'
import { createAudit } from '../index.ts'
import { type SyslogTarget, syslogSink } from './syslog-sink.ts'

const tls = (name: string) =>
  readFileSync(new URL(`../../../tests/fixtures/tls/${name}`, import.meta.url), 'utf8')

/** Three events: a success, a refusal with text of all kinds, an error. */
async function rows() {
  const store = await openStore(':memory:')
  onTestFinished(() => store.close())
  const audit = createAudit(store, { now: () => new Date('2026-03-01T12:00:00.123Z') })
  await audit.record([
    { type: 'signin.succeeded', result: 'success', principal: 'local:alice' },
    { type: 'signin.refused', result: 'refused', reason: 'größer\nals <0>' },
    { type: 'role.refused', result: 'error' },
  ])
  return rowsOf(store)
}

const sinkTo = (address: SyslogTarget['address'], ca?: string) =>
  syslogSink(
    'loghost',
    { address, format: 'jsonl', ca },
    { sender: { hostname: 'gateway', processId: 7 }, check: () => undefined, lookup },
  )
const signal = new AbortController().signal

async function listen(server: Server) {
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => void server.close())
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** Octet counting, read strictly: RFC 6587, 3.4.1. */
function messagesOf(bytes: Buffer): string[] {
  const messages: string[] = []
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(' ', at)
    const length = Number(bytes.toString('latin1', at, space))
    messages.push(bytes.toString('utf8', space + 1, space + 1 + length))
    at = space + 1 + length
  }
  return messages
}

/** RFC 5424, 6. */
const form =
  /^<(\d{1,3})>1 (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) (\S{1,255}) rolecall (\d{1,5}) (\S{1,32}) \[meta sequenceId="(\d+)"\] (\{.*\})$/

async function expectMessages(messages: readonly string[]) {
  const found = messages.map(message => form.exec(message)?.slice(1) ?? [message])
  const facts = found.map(([priority, time, host, id, type, sequence]) => [
    ...[priority, time, host, id, type, sequence],
  ])
  const time = '2026-03-01T12:00:00.123Z'
  expect(facts).toEqual([
    ['86', time, 'gateway', '7', 'signin.succeeded', '1'],
    ['84', time, 'gateway', '7', 'signin.refused', '2'],
    ['83', time, 'gateway', '7', 'role.refused', '3'],
  ])
  expect(JSON.parse(found[1]?.[6] ?? '')).toMatchObject({ reason: 'größer\nals <0>', seq: 2 })
}

function collect(take: (bytes: Buffer) => void) {
  return (socket: Socket) => {
    const chunks: Buffer[] = []
    socket.on('data', chunk => chunks.push(chunk))
    socket.on('end', () => take(Buffer.concat(chunks)))
    socket.on('error', () => undefined)
  }
}

test('TCP: framed messages, taken once the receiver has read to the end', async () => {
  const got = Promise.withResolvers<Buffer>()
  const port = await listen(createTcp(collect(got.resolve)))
  await sinkTo({ protocol: 'tcp', host: 'localhost', port }).send(await rows(), signal)
  await expectMessages(messagesOf(await got.promise))
})

test('TLS: only a receiver that proves its name gets anything', async () => {
  const options = { cert: tls('localhost-cert.pem'), key: tls('localhost-key.pem') }
  const got = Promise.withResolvers<Buffer>()
  const server = createTls(options, collect(got.resolve))
  server.on('tlsClientError', () => undefined)
  const port = await listen(server)
  const batch = await rows()
  const address = { protocol: 'tls', host: 'localhost', port } as const
  await expect(sinkTo(address).send(batch, signal)).rejects.toThrow(/CERT|SIGNATURE/)
  await sinkTo(address, tls('localhost-cert.pem')).send(batch, signal)
  await expectMessages(messagesOf(await got.promise))
})

test('a receiver that breaks off, or is not there, took nothing', async () => {
  const port = await listen(
    createTcp(socket => socket.once('data', () => socket.resetAndDestroy())),
  )
  const sink = sinkTo({ protocol: 'tcp', host: '127.0.0.1', port })
  await expect(sink.send(await rows(), signal)).rejects.toMatchObject({ name: 'SinkFailure' })
  const batch = await rows()
  const many = batch.flatMap(row => new Array(20_000).fill(row))
  // Nobody reads, though all may have been sent: it closed, but not because it had read everything.
  for (const close of [(one: Socket) => one.end(), (one: Socket) => one.destroy()]) {
    const early = await listen(createTcp(close))
    const hasty = sinkTo({ protocol: 'tcp', host: '127.0.0.1', port: early })
    const failure = { name: 'SinkFailure' }
    await expect(hasty.send(batch, signal)).rejects.toMatchObject(failure)
    await expect(hasty.send(many, signal)).rejects.toMatchObject(failure)
  }
  const server = createTcp()
  const closed = await listen(server)
  await new Promise(done => server.close(done))
  const nobody = sinkTo({ protocol: 'tcp', host: '127.0.0.1', port: closed })
  await expect(nobody.send(await rows(), signal)).rejects.toThrow('ECONNREFUSED')
})

test('a receiver that never closes is given up when the sink is stopped', async () => {
  const server = createTcp({ allowHalfOpen: true }, socket => socket.resume())
  const port = await listen(server)
  const stop = new AbortController()
  const sent = sinkTo({ protocol: 'tcp', host: '127.0.0.1', port }).send(await rows(), stop.signal)
  setTimeout(() => stop.abort(), 50)
  await expect(sent).rejects.toThrow('it was stopped')
})

test('UDP: a message a datagram', async () => {
  const socket = createSocket('udp4')
  onTestFinished(() => void socket.close())
  const messages: string[] = []
  const all = Promise.withResolvers<void>()
  socket.on('message', message => {
    if (messages.push(message.toString('utf8')) === 3) all.resolve()
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  await sinkTo({ protocol: 'udp', host: '127.0.0.1', port }).send(await rows(), signal)
  await all.promise
  await expectMessages(messages)
})

test('the syslog of this machine gets a datagram for each event', async () => {
  const path = join(temporaryDirectory(), 'log')
  // Node has no sockets of this kind; perl is part of every Debian.
  const program = `use IO::Socket::UNIX; use Socket; $| = 1;
    my $s = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Local => $ARGV[0]) or die; print "ready\\n";
    for (1..3) { $s->recv(my $m, 65536); print "$m\\n"; }`
  const child = spawn('perl', ['-e', program, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill())
  let output = ''
  child.stdout.on('data', chunk => {
    output += chunk
  })
  while (!output.startsWith('ready')) await once(child.stdout, 'data')
  const batch = await rows()
  const closed = once(child, 'close')
  await sinkTo({ protocol: 'unix', path }).send(batch, signal)
  await closed
  const lines = output.trimEnd().split('\n').slice(1)
  expect(lines.map(line => /^<(\d+)>.*? rolecall: /.exec(line)?.[1])).toEqual(['86', '84', '83'])
  expect(lines.map(line => line.slice(line.indexOf('{')))).toEqual(batch.map(exportLine))
  const nobody = sinkTo({ protocol: 'unix', path: `${path}-not-there` })
  await expect(nobody.send(batch, signal)).rejects.toThrow('logger:')
})
