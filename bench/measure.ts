import type { Measured, Pair, Side } from './row.ts'

const rounds = 7

/** Measures a pair that `prepare` makes, for a row. */
export function compare(prepare: () => Promise<Pair>): (seconds: number) => Promise<Measured> {
  return async seconds => {
    const { ours, peer, end } = await prepare()
    try {
      const [oursRates = [], peerRates = []] = await inTurn([ours, peer], seconds)
      const medians = { ours: median(oursRates), peer: median(peerRates) }
      const ratios = oursRates.map((rate, round) => rate / (peerRates[round] ?? 0))
      return {
        ours: Math.round(medians.ours),
        peer: Math.round(medians.peer),
        ratio: round(medians.ours / medians.peer),
        spread: spread(ratios),
      }
    } finally {
      end?.()
    }
  }
}

/**
 * The rates of each side, one for each of 7 rounds after a warm-up. In turn, because a machine's
 * speed drifts: what disturbs one side disturbs the others.
 */
export async function inTurn(sides: readonly Side[], seconds: number): Promise<number[][]> {
  const slice = seconds / rounds
  for (const side of sides) await side(slice)
  const rates = sides.map((): number[] => [])
  for (let round = 0; round < rounds; round++) {
    for (const [index, side] of sides.entries()) rates[index]?.push(await side(slice))
  }
  return rates
}

/** A side that does a job again and again, one at a time. */
export function repeat(job: () => unknown): Side {
  let batch = 1
  return async seconds => {
    const started = performance.now()
    const end = started + seconds * 1000
    let count = 0
    do {
      // Looking at the clock costs as much as the fastest jobs: not after each of them.
      for (let left = batch; left > 0; left--) {
        const done = job()
        if (done instanceof Promise) await done
      }
      count += batch
    } while (performance.now() < end)
    const rate = (count * 1000) / (performance.now() - started)
    batch = Math.min(100, Math.max(1, Math.round(rate / 1000)))
    return rate
  }
}

/** A side that keeps that many jobs in flight. */
export function concurrently(inFlight: number, job: () => Promise<unknown>): Side {
  return async seconds => {
    const started = performance.now()
    const end = started + seconds * 1000
    let count = 0
    const one = async () => {
      do {
        await job()
        count += 1
      } while (performance.now() < end)
    }
    await Promise.all(Array.from({ length: inFlight }, one))
    return (count * 1000) / (performance.now() - started)
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

/** The lowest and the highest of some ratios. */
export function spread(ratios: readonly number[]): [number, number] {
  return [round(Math.min(...ratios)), round(Math.max(...ratios))]
}

/** To hundredths, as the table shows a ratio. */
export function round(ratio: number): number {
  return Number(ratio.toFixed(2))
}
