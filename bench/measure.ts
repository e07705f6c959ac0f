import type { Job, Result, Row } from './row.ts'

const rounds = 7

/**
 * Times both sides of a row in turn, `rounds` times after a warm-up, and compares the medians. In turn,
 * because a machine's speed drifts: what disturbs one side disturbs the other.
 */
export async function measure(row: Row, seconds: number): Promise<Result> {
  const { ours, peer } = await row.prepare()
  const slice = seconds / rounds
  await rate(ours, slice)
  await rate(peer, slice)
  const rates = { ours: [] as number[], peer: [] as number[] }
  for (let round = 0; round < rounds; round++) {
    rates.ours.push(await rate(ours, slice))
    rates.peer.push(await rate(peer, slice))
  }
  const [oursMedian, peerMedian] = [median(rates.ours), median(rates.peer)]
  return {
    name: row.name,
    unit: row.unit,
    ours: Math.round(oursMedian),
    peer: Math.round(peerMedian),
    peerName: row.peerName,
    ratio: Number((oursMedian / peerMedian).toFixed(2)),
  }
}

/** Jobs per second over about that many seconds. */
async function rate(job: Job, seconds: number): Promise<number> {
  const started = performance.now()
  const end = started + seconds * 1000
  let count = 0
  do {
    // Looking at the clock costs as much as the fastest jobs: not after each of them.
    for (let batch = 0; batch < 20; batch++) {
      const done = job()
      if (done instanceof Promise) await done
    }
    count += 20
  } while (performance.now() < end)
  return (count * 1000) / (performance.now() - started)
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}
