import { parseArgs } from 'node:util'
import { measure } from './measure.ts'
import type { Result, Row } from './row.ts'
import { rows } from './rows.ts'
import { table } from './table.ts'

const defaultSeconds = 3

const help = `Compares this repository with well-known libraries, in one process and in turn.

usage: npm run bench -- [NAME...] [--json] [--seconds N]

  NAME         rows to run; all when none is given
  --json       print [{name, unit, ours, peer, peerName, ratio}]
  --seconds N  seconds for each side of a row, default ${defaultSeconds}
  --help       print this

rows:
${rows.map(row => `  ${row.name.padEnd(14)}${row.what}, against ${row.peerName}`).join('\n')}

Ratios above 1 mean that ours is faster. Absolute figures depend on the machine and its load.

examples:
  npm run bench
  npm run bench -- sigv4-aws4 sigv4-smithy
  npm run bench -- saml-verify --json --seconds 10
`

/** What the arguments ask for; a text is what is wrong with them. */
function readArguments(args: string[]) {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        seconds: { type: 'string', default: String(defaultSeconds) },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
    const seconds = Number(values.seconds)
    if (!(seconds > 0 && seconds <= 600)) {
      return `--seconds is a number above 0 and up to 600, not "${values.seconds}"`
    }
    const unknown = positionals.find(name => !rows.some(row => row.name === name))
    if (unknown !== undefined) return `no row "${unknown}"`
    const wanted = rows.filter(row => positionals.length === 0 || positionals.includes(row.name))
    return { json: values.json, help: values.help, seconds, wanted }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

async function run(wanted: readonly Row[], seconds: number): Promise<Result[]> {
  const results: Result[] = []
  for (const row of wanted) results.push(await measure(row, seconds))
  return results
}

const asked = readArguments(process.argv.slice(2))
if (typeof asked === 'string') {
  const names = rows.map(row => row.name).join(', ')
  console.error(`bench: ${asked}\nhint: rows are ${names}; --help has examples`)
  process.exitCode = 2
} else if (asked.help) {
  console.log(help)
} else {
  try {
    const results = await run(asked.wanted, asked.seconds)
    console.log(asked.json ? JSON.stringify(results, undefined, 2) : table(results))
  } catch (error) {
    console.error(`bench: ${error instanceof Error ? error.message : error}`)
    process.exitCode = 1
  }
}
