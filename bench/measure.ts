import type { Clock, Measured, Pair, Row, Settings, Side } from './row.ts'

const rounds = 15

/** Measures a pair that `prepare` makes, for a row. */
export function compare(prepare: () => Promise<Pair>): Row['measure'] {
  return async settings => {
    const { ours, peer, end } = await prepare()
    try {
      const [oursRates = [], peerRates = []] = await inTurn([ours, peer], settings)
      return summary(oursRates, peerRates)
    } finally {
      end?.()
    }
  }
}

/** What the rates of two sides come to, round by round: a drift of the machine meets both of them. */
export function summary(ours: readonly number[], peer: readonly number[]): Measured {
  const ratios = ours.map((rate, index) => rate / (peer[index] ?? 0))
  return {
    ours: Math.round(median(ours)),
    peer: Math.round(median(peer)),
    ratio: round(median(ratios)),
    spread: [round(Math.min(...ratios)), round(Math.max(...ratios))],
  }
}

/**
 * The rates of each side, one for each of 15 rounds after a warm-up. In turn, because a machine's
 * speed drifts: what disturbs one side disturbs the others.
 */
export async function inTurn(
  sides: readonly Side[],
  { seconds, clock }: Pick<Settings, 'seconds' | 'clock'>,
): Promise<number[][]> {
  const slice = seconds / rounds
  for (const side of sides) await side(slice, clock)
  const rates = sides.map((): number[] => [])
  for (let round = 0; round < rounds; round++) {
    for (const [index, side] of sides.entries()) rates[index]?.push(await side(slice, clock))
  }
  return rates
}

/** A side that does a job again and again, one at a time. */
export function repeat(job: () => unknown): Side {
  let batch = 1
  return async (seconds, clock) => {
    const [watch, used] = [stopwatch('wall'), stopwatch(clock)]
    let count = 0
    do {
      // Looking at the clock costs as much as the fastest jobs: not after each of them.
      for (let left = batch; left > 0; left--) {
        const done = job()
        if (done instanceof Promise) await done
      }
      count += batch
    } while (watch() < seconds)
    batch = Math.min(100, Math.max(1, Math.round(count / watch() / 1000)))
    return count / used()
  }
}

/** A side that keeps that many jobs in flight. */
export function concurrently(inFlight: number, job: () => Promise<unknown>): Side {
  return async (seconds, clock) => {
    const [watch, used] = [stopwatch('wall'), stopwatch(clock)]
    let count = 0
    const one = async () => {
      do {
        await job()
        count += 1
      } while (watch() < seconds)
    }
    await Promise.all(Array.from({ length: inFlight }, one))
    return count / used()
  }
}

/** Answers the seconds since it was made. */
function stopwatch(clock: Clock): () => number {
  if (clock === 'wall') {
    const started = performance.now()
    return () => (performance.now() - started) / 1000
  }
  const before = process.cpuUsage()
  return () => {
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1e6
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

/** To hundredths, as the table shows a ratio. */
function round(ratio: number): number {
  return Number(ratio.toFixed(2))
}
