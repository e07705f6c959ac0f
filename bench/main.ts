import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type Measured, MissingPeer, type Result, type Row, type Settings } from './row.ts'
import { rows, rowsNamed } from './rows.ts'
import { table } from './table.ts'

const defaultSeconds = 3

const help = `Compares this repository with well-known libraries and with the machine's limits, in turn and in one run.

usage: npm run bench -- [NAME...] [--check] [--cpu] [--json] [--million] [--node VERSION]
       [--seconds N]

  NAME         a row, or the beginning of several: saml, saml-verify, aws; all when none is given
  --check      exit with 1 when a target is missed
  --cpu        jobs per second of processor time instead of the wall clock: for a busy machine
  --json       print [{name, unit, ours, peer, peerName, ratio, spread, target, isMet, note}]
  --million    a million verifications in saml-memory instead of 100,000
  --node V     run on that version of Node.js, fetched with npx: 26
  --seconds N  seconds for each side of a row, default ${defaultSeconds}
  --help       print this

rows:
${rows.map(row => `  ${row.name.padEnd(29)}${row.what}, against ${row.peerName}${row.target === undefined ? '' : `: at least ${row.target} x`}`).join('\n')}

Ratios above 1 mean that ours is faster. Ours, peer: medians of 15 rounds; spread: the lowest and the
highest ratio of a round, ratio: their median. Absolute figures depend on the machine and its load.

examples:
  npm run bench
  npm run bench saml
  npm run bench -- saml-verify --check
  npm run bench -- saml-memory --million
  npm run bench -- aws --json --seconds 10
  npm run bench -- aws --node 26
`

/** What the arguments ask for; a text is what is wrong with them. */
function readArguments(args: string[]) {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        check: { type: 'boolean', default: false },
        cpu: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        million: { type: 'boolean', default: false },
        node: { type: 'string' },
        seconds: { type: 'string', default: String(defaultSeconds) },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
    const seconds = Number(values.seconds)
    if (!(seconds > 0 && seconds <= 600)) {
      return `--seconds is a number above 0 and up to 600, not "${values.seconds}"`
    }
    if (values.node !== undefined && !/^\d{1,3}(\.\d{1,3}){0,2}$/.test(values.node)) {
      return `--node is a version such as 26, not "${values.node}"`
    }
    const unknown = positionals.find(name => rowsNamed(name).length === 0)
    if (unknown !== undefined) return `no row "${unknown}"`
    const named = new Set(positionals.flatMap(rowsNamed))
    const wanted = rows.filter(row => positionals.length === 0 || named.has(row))
    const settings: Settings = {
      seconds,
      clock: values.cpu ? 'cpu' : 'wall',
      verifications: values.million ? 1_000_000 : 100_000,
    }
    return { ...values, settings, wanted }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** Runs rows one after another; a peer that is not there is named and its row left out. */
async function run(wanted: readonly Row[], settings: Settings) {
  const results: Result[] = []
  let missing = 0
  for (const row of wanted) {
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${row.name} …`)
    try {
      results.push(resultOf(row, await row.measure(settings)))
    } catch (error) {
      if (!(error instanceof MissingPeer)) throw new Error(`${row.name}: ${reason(error)}`)
      console.error(`bench: ${row.name} not run: ${error.message}`)
      missing += 1
    }
  }
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
  return { results, missing }
}

function resultOf({ name, unit, peerName, target }: Row, measured: Measured): Result {
  const isMet = target === undefined ? null : measured.ratio >= target
  return { name, unit, peerName, ...measured, target: target ?? null, isMet }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Runs the same on another version of Node.js; answers its exit code. */
function runOn(version: string, args: readonly string[]): number {
  const at = args.findIndex(arg => arg === '--node' || arg.startsWith('--node='))
  const rest = args.toSpliced(at, args[at] === '--node' ? 2 : 1)
  const command = ['--yes', `node@${version}`, fileURLToPath(import.meta.url), ...rest]
  const { status, error } = spawnSync('npx', command, { stdio: 'inherit' })
  if (error !== undefined) console.error(`bench: npx: ${error.message}`)
  return status ?? 1
}

const asked = readArguments(process.argv.slice(2))
if (typeof asked === 'string') {
  const names = rows.map(row => row.name).join(', ')
  console.error(`bench: ${asked}\nhint: rows are ${names}; --help has examples`)
  process.exitCode = 2
} else if (asked.help) {
  console.log(help)
} else if (asked.node !== undefined) {
  process.exitCode = runOn(asked.node, process.argv.slice(2))
} else {
  try {
    const { results, missing } = await run(asked.wanted, asked.settings)
    console.log(
      asked.json
        ? JSON.stringify(results, undefined, 2)
        : `Node.js ${process.versions.node}\n${table(results)}`,
    )
    const isCi = process.env.CI !== undefined && process.env.CI !== 'false'
    const isMissed = results.some(({ isMet }) => isMet === false)
    if ((isCi && missing > 0) || (asked.check && isMissed)) process.exitCode = 1
  } catch (error) {
    console.error(`bench: ${reason(error)}`)
    process.exitCode = 1
  }
}
