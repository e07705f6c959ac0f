import { compare, summary } from '../measure.ts'
import type { Pair, Row, Settings, Side } from '../row.ts'
import { type Child, startChild } from './child.ts'
import { askSmall, bodyBytes, type Connection, fetchLarge, open, sendLarge } from './load.ts'

const inFlight = 32
const uploads = 16
const uploadBytes = 1024 ** 3
const mostMegabytes = 200

/** Small requests, many at a time: identified, decided on, written down, signed. */
export const gatewaySmall: Row = {
  name: 'gateway-small',
  unit: 'requests/s',
  peerName: 'a bare node:http proxy',
  what: 'A small request through the signing gateway, 32 at a time',
  target: 0.6,
  measure: compare(() => pair(inFlight, askSmall, 1, 20_000)),
}

/** Large bodies in both directions. */
export const gatewayBytes: Row = {
  name: 'gateway-bytes',
  unit: 'MB/s',
  peerName: 'a bare node:http proxy',
  what: 'Bodies of 64 MiB up and down through the signing gateway, two at a time',
  target: 0.8,
  measure: compare(() => pair(2, upAndDown, (2 * bodyBytes) / 1e6, 4)),
}

/** Memory that does not grow with what flows through. */
export const gatewayMemory: Row = {
  name: 'gateway-memory',
  unit: 'MB',
  peerName: 'the bound',
  what: 'Resident memory of the signing gateway while 16 bodies of 1 GiB go up at once',
  target: 1,
  measure: measureMemory,
}

async function upAndDown(connection: Connection): Promise<void> {
  await sendLarge(connection)
  await fetchLarge(connection)
}

async function pair(
  connections: number,
  job: (connection: Connection) => Promise<void>,
  each: number,
  warmUp: number,
): Promise<Pair> {
  const upstream = await startChild('serve-upstream')
  const [ours, peer] = await Promise.all([
    startChild('serve-gateway', upstream.port),
    startChild('serve-proxy', upstream.port),
  ])
  return {
    ours: await side(ours, connections, job, each, warmUp),
    peer: await side(peer, connections, job, each, warmUp),
    end() {
      for (const child of [ours, peer, upstream]) child.end()
    },
  }
}

/** Jobs per second; with `--cpu`, of the processor time of the process in the middle. */
async function side(
  child: Child,
  count: number,
  job: (connection: Connection) => Promise<void>,
  each: number,
  warmUp: number,
): Promise<Side> {
  const connections = await Promise.all(Array.from({ length: count }, () => open(child.port)))
  // Servers run for days: what is measured is compiled, on both sides.
  let left = warmUp
  await Promise.all(
    connections.map(async connection => {
      while (left-- > 0) await job(connection)
    }),
  )
  return async (seconds, clock) => {
    const before = await child.usage()
    const started = performance.now()
    const passed = () => (performance.now() - started) / 1000
    let done = 0
    const run = async (connection: Connection) => {
      do {
        await job(connection)
        done += 1
      } while (passed() < seconds)
    }
    await Promise.all(connections.map(run))
    const wall = passed()
    const cpu = (await child.usage()).cpuSeconds - before.cpuSeconds
    return (done * each) / (clock === 'cpu' ? cpu : wall)
  }
}

async function measureMemory(_settings: Settings) {
  const upstream = await startChild('serve-upstream')
  const gateway = await startChild('serve-gateway', upstream.port)
  try {
    const connections = await Promise.all(Array.from({ length: uploads }, () => open(gateway.port)))
    let most = 0
    const look = async () => {
      most = Math.max(most, (await gateway.usage()).rss / 1e6)
    }
    const started = performance.now()
    const timer = setInterval(() => void look(), 200)
    try {
      await Promise.all(connections.map(connection => sendLarge(connection, uploadBytes)))
    } finally {
      clearInterval(timer)
    }
    await look()
    const seconds = (performance.now() - started) / 1000
    return {
      ...summary([mostMegabytes], [most]),
      ours: Math.round(most),
      peer: mostMegabytes,
      note: `${uploads} GiB in ${seconds.toFixed(0)} s`,
    }
  } finally {
    gateway.end()
    upstream.end()
  }
}
