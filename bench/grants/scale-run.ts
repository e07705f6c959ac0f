/** The process of `rows.ts`: reads the configuration, compiles it and asks once for everybody. */
import { compileGrants } from '@rolecall/server'
import { median } from '../measure.ts'
import type { Clock } from '../row.ts'
import { discovered, people, readConfig } from './world.ts'

/** What it tells. */
export interface ScaleReport {
  /** Milliseconds. */
  readonly load: number
  readonly compile: number
  /** Of one person's offers, each person asked for once. */
  readonly median: number
  readonly slowest: number
  /** Offers of one person, on average. */
  readonly offers: number
  /** Bytes that the process has. */
  readonly rss: number
}

const kind: Clock = process.argv[2] === 'cpu' ? 'cpu' : 'wall'

/** Milliseconds. */
function clock(): number {
  if (kind === 'wall') return performance.now()
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

const started = clock()
const config = await readConfig()
const load = clock() - started
const catalog = discovered(config.accounts)
const everybody = people()

const before = clock()
const grants = compileGrants(config.grants, catalog)
const compile = clock() - before

const at = { now: new Date(), address: '10.1.2.3' }
let offers = 0
const times = everybody.map(person => {
  const asked = clock()
  offers += grants.offersFor(person, at).length
  return clock() - asked
})
const report: ScaleReport = {
  load,
  compile,
  median: median(times),
  slowest: Math.max(...times),
  offers: offers / everybody.length,
  rss: process.memoryUsage.rss(),
}
process.send?.(report)
