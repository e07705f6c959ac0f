/** Processes that are killed while they record: what was acknowledged is there, and reaches the sinks. */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import {
  type AuditSinks,
  createAuditSinks,
  holderName,
  verifyChain,
} from '../../src/audit/index.ts'
import { openStore } from '../../src/store/index.ts'
import { rowsOf } from '../support/log-rows.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

/** `KILL_ROUNDS=200` for more. */
const kills = Number(process.env.KILL_ROUNDS ?? 20)
const processes = 2
const child = join(import.meta.dirname, 'writer-child.ts')

/** A webhook that now and then does not answer, or answers and breaks off. */
async function receiver() {
  const taken: number[] = []
  let requests = 0
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    request.on('end', () => {
      requests += 1
      if (requests % 7 === 3) return response.writeHead(503).end()
      const lines = Buffer.concat(chunks).toString('utf8').trimEnd().split('\n')
      taken.push(...lines.map(line => Number(JSON.parse(line).seq)))
      // Taken, but the sender does not learn of it.
      if (requests % 7 === 5) return request.socket.destroy()
      return response.writeHead(204).end()
    })
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => void server.close())
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return { url: `http://127.0.0.1:${port}/`, taken }
}

/** Runs a writer, and kills it some time after its first event; answers with the ids that it printed. */
async function runAndKill(file: string, url: string, afterMs: number): Promise<string[]> {
  const writer = spawn(process.execPath, [child, file, url], { stdio: ['ignore', 'pipe', 'pipe'] })
  let [out, errors] = ['', '']
  const wrote = new Promise<void>(resolve => {
    writer.stdout.on('data', chunk => {
      out += chunk
      resolve()
    })
  })
  writer.stderr.on('data', chunk => {
    errors += chunk
  })
  const ended = new Promise<NodeJS.Signals | null>(resolve => {
    writer.once('close', (_code, signal) => resolve(signal))
  })
  await Promise.race([wrote, ended])
  await sleep(afterMs)
  writer.kill('SIGKILL')
  if ((await ended) !== 'SIGKILL') throw new Error(`the writer ended by itself: ${errors}`)
  // The last line may be half of one.
  return out.split('\n').slice(0, -1)
}

const timeout = 30_000 + kills * 5000

test(`${kills} kills lose no acknowledged event, fork no chain, and skip nothing of a sink`, {
  timeout,
}, async () => {
  const file = join(temporaryDirectory(), 'audit.db')
  const { url, taken } = await receiver()
  const acknowledged: string[] = []
  await (await openStore(file)).close()
  for (let count = 0; count < kills; count += processes) {
    const runs = Array.from({ length: processes }, () => runAndKill(file, url, Math.random() * 150))
    acknowledged.push(...(await Promise.all(runs)).flat())
  }

  const store = await openStore(file)
  onTestFinished(() => store.close())
  const rows = await rowsOf(store)
  const written = new Set(rows.map(({ id }) => id))
  expect(acknowledged.length).toBeGreaterThanOrEqual(kills)
  expect(acknowledged.filter(id => !written.has(id))).toEqual([])
  expect(await verifyChain(store)).toMatchObject({ ok: true, events: rows.length })

  const sinks: AuditSinks = createAuditSinks({
    store,
    now: () => new Date(),
    chance: Math.random,
    holder: holderName(randomBytes),
    hostname: 'test',
    report: () => undefined,
    firstPauseMs: 10,
  })
  onTestFinished(() => sinks.close())
  await sinks.replace([
    {
      id: 'siem',
      from: 'start',
      format: 'jsonl',
      ca: undefined,
      target: { kind: 'webhook', url, headers: {}, secret: undefined },
    },
  ])
  await vi.waitFor(() => expect(Math.max(...taken)).toBe(rows.length), {
    timeout: timeout / 2,
    interval: 50,
  })
  // At least once and in order: each event is one that was sent before, or the next.
  let last = 0
  const skipped = taken.filter(seq => {
    const isSkip = seq > last + 1
    last = Math.max(last, seq)
    return isSkip
  })
  expect(skipped).toEqual([])
})
