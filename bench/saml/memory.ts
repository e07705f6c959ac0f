import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { summary } from '../measure.ts'
import type { Measured, Row, Settings } from '../row.ts'
import { assertionOf, encode, expectations, issue, small, verifiedFacts } from './documents.ts'

/** What the process of `memory-run.ts` gets. */
export interface MemoryJob {
  readonly response: string
  readonly expectations: typeof expectations
  readonly verifications: number
}

/** What it answers after each tenth, in bytes, after garbage was collected. */
export interface MemorySample {
  readonly heapUsed: number
  readonly rss: number
}

// V8 doubles its space for new objects from time to time up to a bound of its own, whatever a program
// does: here it has that size from the beginning, so that the rest shows.
const flags = ['--expose-gc', '--min-semi-space-size=8', '--max-semi-space-size=8']

const program = fileURLToPath(new URL('memory-run.ts', import.meta.url))

/** Memory that does not grow with the number of verifications, in a process that does nothing else. */
export const samlMemory: Row = {
  name: 'saml-memory',
  unit: 'MB',
  peerName: 'ours after the last verification',
  what: 'Memory after a tenth of 100,000 verifications (8 KB, 20 roles)',
  target: 0.95,
  measure,
}

async function measure({ verifications }: Settings): Promise<Measured> {
  const response = encode(issue(assertionOf(small)))
  await verifiedFacts(response)
  const samples = await run({ response, expectations, verifications })
  const [first, last] = [samples[0], samples.at(-1)]
  if (first === undefined || last === undefined) throw new Error('no samples')
  const grown = (last.heapUsed - first.heapUsed) / (verifications * 0.9)
  const heap = [first, last].map(({ heapUsed }) => megabytes(heapUsed))
  const rss = samples.map(sample => megabytes(sample.rss))
  return {
    // The one that grew more.
    ...([
      summary([first.heapUsed / 1e6], [last.heapUsed / 1e6]),
      summary([first.rss / 1e6], [last.rss / 1e6]),
    ].toSorted((a, b) => a.ratio - b.ratio)[0] as Measured),
    note: `heap ${heap.join(' to ')} MB, ${grown.toFixed(2)} bytes for each of ${verifications.toLocaleString('en')} verifications; resident ${rss.join(', ')} MB`,
  }
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1)
}

function run(job: MemoryJob): Promise<MemorySample[]> {
  return new Promise((resolve, reject) => {
    const child = fork(program, { execArgv: flags, serialization: 'advanced' })
    const samples: MemorySample[] = []
    child.on('message', (sample: MemorySample) => samples.push(sample))
    child.on('error', reject)
    child.on('close', code => (code === 0 ? resolve(samples) : reject(new Error('it failed'))))
    child.send(job)
  })
}
