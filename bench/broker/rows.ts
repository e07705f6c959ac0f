import { type Program, startProgram } from '../gateway/child.ts'
import { type Connection, open } from '../gateway/load.ts'
import { compare, concurrently, summary } from '../measure.ts'
import type { Row, Side } from '../row.ts'
import { signIn, visitBare } from './people.ts'
import type { BrokerFacts } from './serve-broker.ts'

const inFlight = 128
/** Signed in, and asking in turn. */
const people = 200
const warmUp = 10_000
const longestMs = 25

/** Keys from the cache. */
export const brokerCredentials: Row = {
  name: 'broker-credentials',
  unit: 'requests/s',
  peerName: 'a bare Fastify route',
  what: 'Credentials from the cache of the gateway, 128 at a time, each in the audit log on the disk first',
  target: 0.4,
  measure: compare(async () => {
    const { broker, bare, cookies, end } = await startBoth()
    const [ours, peer] = [
      await side(broker, broker.facts.port, cookies),
      await side(bare, bare.facts, cookies),
    ]
    return { ours, peer, end }
  }),
}

/** How long the slowest of a hundred wait. */
export const brokerLatency: Row = {
  name: 'broker-latency',
  unit: 'ms',
  peerName: 'the bound',
  what: 'The 99th percentile of the time that credentials from the cache take, at half of the load that the gateway bears',
  target: 1,
  measure: async ({ seconds }) => {
    const { broker, cookies, end } = await startBoth()
    try {
      const rate = await (await side(broker, broker.facts.port, cookies))(seconds, 'wall')
      const times = await atRate(broker.facts.port, cookies, rate / 2, seconds)
      const [half = 0, most = 0] = [0.5, 0.99].map(part => times[Math.floor(times.length * part)])
      const note = `median ${half.toFixed(2)} ms at ${Math.round(rate / 2)} requests/s`
      return {
        ...summary([longestMs], [most]),
        ours: Math.round(most * 100) / 100,
        peer: longestMs,
        note,
      }
    } finally {
      end()
    }
  },
}

/** From the identity provider's answer to the roles page. */
export const brokerSignIn: Row = {
  name: 'broker-signin',
  unit: 'sign-ins/s',
  peerName: 'three bare requests',
  what: 'Whole sign-ins, request, answer of the identity provider, session and roles page, 8 at a time',
  measure: compare(async () => {
    const { broker, bare, body, end } = await startBoth(1)
    let person = people
    return {
      ours: concurrently(8, async () => void (await signIn(broker.facts, ++person))),
      peer: concurrently(8, () => visitBare(bare.facts, body)),
      end,
    }
  }),
}

async function startBoth(count = people) {
  const broker = await startProgram<BrokerFacts>(new URL('serve-broker.ts', import.meta.url))
  const signedIn: Awaited<ReturnType<typeof signIn>>[] = []
  let next = 0
  await Promise.all(
    Array.from({ length: Math.min(16, count) }, async () => {
      while (next < count) signedIn.push(await signIn(broker.facts, next++))
    }),
  )
  const [first] = signedIn
  if (first === undefined) throw new Error('nobody signed in')
  const answer = await fetch(`http://127.0.0.1:${broker.facts.port}${path}`, {
    method: 'POST',
    headers: { cookie: first.cookie, origin: `http://127.0.0.1:${broker.facts.port}` },
  })
  const same = JSON.stringify({ keys: await answer.json(), roles: JSON.parse(first.roles) })
  const bare = await startProgram<number>(new URL('serve-bare.ts', import.meta.url), same)
  const cookies = signedIn.map(({ cookie }) => cookie)
  return {
    broker,
    bare,
    cookies,
    body: first.body,
    end() {
      broker.end()
      bare.end()
    },
  }
}

const path = '/api/v1/roles/sandbox/Developer/credentials'

function requestsOf(port: number, cookies: readonly string[]): () => string {
  const texts = cookies.map(cookie =>
    [
      `POST ${path} HTTP/1.1`,
      `Host: 127.0.0.1:${port}`,
      `Origin: http://127.0.0.1:${port}`,
      `Cookie: ${cookie}`,
      'Content-Type: application/json',
      'Content-Length: 2\r\n\r\n{}',
    ].join('\r\n'),
  )
  let next = 0
  return () => texts[next++ % texts.length] ?? ''
}

async function ask(connection: Connection, request: string): Promise<void> {
  const answered = connection.answer()
  connection.socket.write(request)
  const { status } = await answered
  if (status !== 200) throw new Error(`the answer has the status ${status}`)
}

/** Requests per second; with `--cpu`, of the processor time of the server. */
async function side(
  program: Pick<Program<unknown>, 'usage'>,
  port: number,
  cookies: readonly string[],
): Promise<Side> {
  const connections = await Promise.all(Array.from({ length: inFlight }, () => open(port)))
  const request = requestsOf(port, cookies)
  let left = warmUp
  await Promise.all(
    connections.map(async connection => {
      while (left-- > 0) await ask(connection, request())
    }),
  )
  return async (seconds, clock) => {
    const before = await program.usage()
    const started = performance.now()
    const passed = () => (performance.now() - started) / 1000
    let done = 0
    await Promise.all(
      connections.map(async connection => {
        do {
          await ask(connection, request())
          done += 1
        } while (passed() < seconds)
      }),
    )
    const wall = passed()
    const cpu = (await program.usage()).cpuSeconds - before.cpuSeconds
    return done / (clock === 'cpu' ? cpu : wall)
  }
}

/** Times in milliseconds, sorted, of requests that begin at that rate whatever the answers take. */
async function atRate(
  port: number,
  cookies: readonly string[],
  rate: number,
  seconds: number,
): Promise<readonly number[]> {
  const free = await Promise.all(Array.from({ length: 256 }, () => open(port)))
  const request = requestsOf(port, cookies)
  const times: number[] = []
  const running = new Set<Promise<void>>()
  const started = performance.now()
  const total = Math.round(rate * seconds)
  for (let sent = 0; sent < total; ) {
    const due = Math.min(total, Math.floor(((performance.now() - started) / 1000) * rate))
    for (; sent < due; sent++) {
      // Counted from when it should have begun: a server that stalls does not make its own figure better.
      const at = started + (sent / rate) * 1000
      const connection = free.pop() ?? (await open(port))
      const one = ask(connection, request()).then(() => {
        times.push(performance.now() - at)
        free.push(connection)
      })
      running.add(one)
      void one.finally(() => running.delete(one))
    }
    await new Promise(resolve => setTimeout(resolve, 1))
  }
  await Promise.all(running)
  return times.sort((a, b) => a - b)
}
