import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { summary } from '../measure.ts'
import type { Clock, Measured, Row, Settings } from '../row.ts'
import type { ScaleReport } from './scale-run.ts'

const program = fileURLToPath(new URL('scale-run.ts', import.meta.url))
const company = '20,000 people, 2,000 groups, 1,000 accounts of 20 roles'

/** What one person may take, of rules by patterns, role tags and groups. */
export const grantsOffers: Row = {
  name: 'grants-offers',
  unit: 'ms',
  peerName: 'the bound',
  what: `The offers of one person, median: ${company}`,
  target: 1,
  measure: settings => bounded(settings, 2, ({ median }) => median),
}

/** A reload does not stop the gateway for long. */
export const grantsCompile: Row = {
  name: 'grants-compile',
  unit: 'ms',
  peerName: 'the bound',
  what: `Compiling the grants: ${company}`,
  target: 1,
  measure: settings => bounded(settings, 2000, ({ compile }) => compile),
}

/** Configuration, catalogue, people and grants together. */
export const grantsMemory: Row = {
  name: 'grants-memory',
  unit: 'MB',
  peerName: 'the bound',
  what: `Resident memory of the process after everybody was asked for: ${company}`,
  target: 1,
  measure: settings => bounded(settings, 500, ({ rss }) => rss / 1e6),
}

/** One run answers for all rows. */
let report: Promise<ScaleReport> | undefined

async function bounded(
  { clock }: Settings,
  bound: number,
  figure: (report: ScaleReport) => number,
): Promise<Measured> {
  report ??= run(clock)
  return measured(await report, bound, figure)
}

function measured(
  report: ScaleReport,
  bound: number,
  figure: (report: ScaleReport) => number,
): Measured {
  const value = figure(report)
  return {
    ...summary([bound], [value]),
    ours: Number(value.toPrecision(3)),
    peer: bound,
    note: `${report.offers.toFixed(0)} offers a person in ${report.median.toFixed(2)} ms (slowest ${report.slowest.toFixed(0)} ms), file read in ${report.load.toFixed(0)} ms, compiled in ${report.compile.toFixed(0)} ms, ${(report.rss / 1e6).toFixed(0)} MB`,
  }
}

/** A process of its own: what others keep in memory says nothing about grants. */
function run(clock: Clock): Promise<ScaleReport> {
  return new Promise((resolve, reject) => {
    const child = fork(program, [clock], { serialization: 'advanced' })
    let told: ScaleReport | undefined
    child.on('message', (message: ScaleReport) => {
      told = message
    })
    child.on('error', reject)
    child.on('close', code => {
      if (code === 0 && told !== undefined) resolve(told)
      else reject(new Error('the process of the grants failed'))
    })
  })
}
