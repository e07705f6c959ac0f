import { createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { join } from 'node:path'
import { Secret } from '@rolecall/aws'
import { expect, onTestFinished, test, vi } from 'vitest'
import { temporaryDirectory } from '../../../tests/support/temporary-directory.ts'
import { guardedSend } from '../../outgoing/index.ts'
import { openStore, type Store } from '../../store/index.ts'
import { type AuditEvent, createAudit } from '../index.ts'
import { addCursor, sinkStates } from './cursors.ts'
import { runSink } from './run-sink.ts'
import { sendDeadline } from './sink.ts'
import { type WebhookTarget, webhookSink } from './webhook-sink.ts'

const event: AuditEvent = { type: 'signin.succeeded', result: 'success', principal: 'local:alice' }

interface Received {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A receiver that answers what the test says, and keeps what it took and what it refused. */
async function receiver(answer: (count: number) => { status: number; headers?: object }) {
  const requests: (Received & { readonly status: number })[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    request.on('end', () => {
      const { status, headers = {} } = answer(requests.length)
      const body = Buffer.concat(chunks).toString('utf8')
      requests.push({ status, headers: request.headers, body })
      response.writeHead(status, { ...headers }).end()
    })
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => void server.close())
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const seqs = () =>
    requests
      .filter(({ status }) => status < 300)
      .flatMap(({ body }) => body.trimEnd().split('\n'))
      .map(line => Number(JSON.parse(line).seq))
  return { url: `http://127.0.0.1:${port}/in`, requests, seqs, server }
}

async function open(file = ':memory:') {
  const store = await openStore(file)
  onTestFinished(() => store.close())
  const reports: string[] = []
  const holder = `host/0/${Math.random()}`
  let wake = () => {}
  const now = () => new Date()
  const audit = createAudit(store, { now, onWritten: () => wake() })
  const run = (url: string, over: Partial<WebhookTarget> = {}) => {
    const target = { url, format: 'jsonl' as const, headers: {}, secret: undefined, ...over }
    const http = guardedSend(undefined, { fileHosts: [new URL(url).hostname] })
    const sink = runSink(webhookSink('siem', target, { http, now }), {
      store,
      now,
      chance: () => 0,
      holder,
      report: message => reports.push(message),
      firstPauseMs: 20,
    })
    wake = sink.wake
    onTestFinished(() => sink.close())
    return sink
  }
  return { store, audit, run, reports }
}

async function state(store: Store) {
  const [one] = await sinkStates(store)
  return one
}

const waiting = { timeout: 10_000, interval: 10 }

test('events go out in order, in batches, and the cursor follows', async () => {
  const { url, requests, seqs } = await receiver(() => ({ status: 204 }))
  const { store, audit, run, reports } = await open()
  await addCursor(store, 'siem', 'start')
  await Promise.all(Array.from({ length: 600 }, () => audit.record(event)))
  const sink = run(url)
  await vi.waitFor(() => expect(seqs()).toHaveLength(600), waiting)
  expect(seqs()).toEqual(Array.from({ length: 600 }, (_, index) => index + 1))
  expect(requests).toHaveLength(3)
  expect(requests[0]?.headers['content-type']).toBe('application/x-ndjson')
  await audit.record(event)
  await vi.waitFor(() => expect(seqs().at(-1)).toBe(601), waiting)
  await sink.close()
  expect(await state(store)).toMatchObject({ sink: 'siem', seq: 601, waiting: 0 })
  expect(reports).toEqual([])
})

test('a batch is signed as Standard Webhooks say, and has its id again when it is sent again', async () => {
  const { url, requests } = await receiver(count => ({ status: count === 0 ? 500 : 200 }))
  const { store, audit, run } = await open()
  await addCursor(store, 'siem', 'start')
  const first = await audit.record([event, event])
  const token = new Secret('Bearer hunter2')
  const key = Buffer.from('0123456789abcdef')
  const secret = new Secret(`whsec_${key.toString('base64')}`)
  await run(url, { headers: { Authorization: token }, secret, format: 'ocsf' })
  await vi.waitFor(() => expect(requests).toHaveLength(2), waiting)
  const [refused, taken] = requests
  expect(taken?.headers.authorization).toBe('Bearer hunter2')
  expect(taken?.headers['webhook-id']).toBe(refused?.headers['webhook-id'])
  expect(taken?.headers['idempotency-key']).toBe(taken?.headers['webhook-id'])
  expect(taken?.headers['webhook-id']).toContain(first)
  expect(taken?.body).toBe(refused?.body)
  expect(JSON.parse(taken?.body.split('\n')[0] ?? '')).toMatchObject({ class_uid: 3002 })
  const { 'webhook-id': id, 'webhook-timestamp': time } = taken?.headers ?? {}
  const mac = createHmac('sha256', key).update(`${id}.${time}.${taken?.body}`).digest('base64')
  expect(taken?.headers['webhook-signature']).toBe(`v1,${mac}`)
})

test('a sink that is down loses nothing, says so once, and catches up', async () => {
  let isDown = true
  const { url, seqs, requests } = await receiver(() => ({ status: isDown ? 503 : 200 }))
  const { store, audit, run, reports } = await open()
  await addCursor(store, 'siem', 'start')
  run(url)
  for (let index = 0; index < 5; index += 1) await audit.record(event)
  await vi.waitFor(() => expect(requests.length).toBeGreaterThan(2), waiting)
  expect(await state(store)).toMatchObject({
    seq: 0,
    waiting: 5,
    failure: { problem: 'it answered 503', since: expect.any(Date), count: expect.any(Number) },
  })
  expect(reports).toEqual(['audit sink siem does not take events: it answered 503'])
  isDown = false
  await vi.waitFor(() => expect(seqs()).toEqual([1, 2, 3, 4, 5]), waiting)
  await vi.waitFor(
    async () => expect(await state(store)).toMatchObject({ failure: undefined, seq: 5 }),
    waiting,
  )
  await vi.waitFor(() => expect(reports[1]).toBe('audit sink siem works again'), waiting)
})

test('Retry-After is kept to', async () => {
  const times: number[] = []
  const { url } = await receiver(count => {
    times.push(performance.now())
    return { status: count === 0 ? 429 : 200, headers: { 'retry-after': '1' } }
  })
  const { store, audit, run } = await open()
  await addCursor(store, 'siem', 'start')
  await audit.record(event)
  run(url)
  await vi.waitFor(() => expect(times).toHaveLength(2), waiting)
  expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(950)
})

test('a batch that is too large is halved until it fits', async () => {
  const { url, requests, seqs } = await receiver(count => ({ status: count < 5 ? 413 : 200 }))
  const { store, audit, run } = await open()
  await addCursor(store, 'siem', 'start')
  await audit.record([event, ...Array.from({ length: 39 }, () => event)])
  run(url)
  await vi.waitFor(() => expect(seqs()).toHaveLength(40), waiting)
  expect(seqs()).toEqual(Array.from({ length: 40 }, (_, index) => index + 1))
  const sizes = requests.map(({ body }) => body.trimEnd().split('\n').length)
  expect(sizes.slice(0, 5)).toEqual([40, 40, 40, 32, 16])
  expect(requests.slice(0, 5).every(({ status }) => status === 413)).toBe(true)
})

test('what was sent and not confirmed is sent again by the next process', async () => {
  const file = join(temporaryDirectory(), 'audit.db')
  const { url, server, seqs } = await receiver(() => ({ status: 200 }))
  // The first answer never comes: the process ends before.
  server.prependOnceListener('request', request => request.socket.destroy())
  const one = await open(file)
  await addCursor(one.store, 'siem', 'start')
  await one.audit.record([event, event])
  const sink = one.run(url)
  await vi.waitFor(async () => expect((await state(one.store))?.failure).toBeDefined(), waiting)
  await sink.close()
  const two = await open(file)
  two.run(url)
  await vi.waitFor(() => expect(seqs().slice(-2)).toEqual([1, 2]), waiting)
})

test('two processes with one store do not send side by side', async () => {
  const file = join(temporaryDirectory(), 'audit.db')
  const { url, seqs } = await receiver(() => ({ status: 200 }))
  const [one, two] = [await open(file), await open(file)]
  await addCursor(one.store, 'siem', 'start')
  one.run(url)
  two.run(url)
  for (let index = 0; index < 30; index += 1) {
    await Promise.all([one.audit.record(event), two.audit.record(event)])
  }
  await vi.waitFor(() => expect(seqs().at(-1)).toBe(60), waiting)
  expect(seqs()).toEqual(Array.from({ length: 60 }, (_, index) => index + 1))
})

test('a process that cannot reach a sink leaves it to one that can', async () => {
  const file = join(temporaryDirectory(), 'audit.db')
  const { url, seqs } = await receiver(() => ({ status: 200 }))
  const [one, two] = [await open(file), await open(file)]
  await addCursor(one.store, 'siem', 'start')
  await one.audit.record(event)
  one.run('http://127.0.0.1:1/')
  await vi.waitFor(async () => expect((await state(one.store))?.failure).toBeDefined(), waiting)
  two.run(url)
  await vi.waitFor(() => expect(seqs()).toEqual([1]), waiting)
})

test('a receiver that does not answer does not hold up whoever stops the sink', async () => {
  const { url, server } = await receiver(() => ({ status: 200 }))
  const asked = Promise.withResolvers<void>()
  server.removeAllListeners('request').on('request', () => asked.resolve())
  const { store, audit, run } = await open()
  await addCursor(store, 'siem', 'start')
  await audit.record(event)
  const sink = run(url)
  await asked.promise
  const before = performance.now()
  await sink.close()
  expect(performance.now() - before).toBeLessThan(sendDeadline / 2)
  expect(await state(store)).toMatchObject({ seq: 0, failure: undefined })
})

test('a new sink begins at the end of the log, unless it wants all of it', async () => {
  const { store, audit } = await open()
  await audit.record([event, event])
  await addCursor(store, 'late', 'now')
  await addCursor(store, 'all', 'start')
  await audit.record(event)
  await addCursor(store, 'late', 'now')
  expect(await sinkStates(store)).toMatchObject([
    { sink: 'all', seq: 0, waiting: 3 },
    { sink: 'late', seq: 2, waiting: 1 },
  ])
})
