/**
 * `npm test` and its parts: runs the checks one after another, shows what a failing one said, and
 * ends with one line for all of them.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findOrInstallChromium } from './chromium.ts'

interface Check {
  readonly name: string
  /** Of node_modules, without its extension; then the arguments. */
  readonly command: readonly [string, ...string[]]
  /** Why it cannot run here; undefined when it can. */
  readonly missing?: () => string | undefined
  readonly isSuite?: true
}

const chromium = (): string | undefined => {
  const path = findOrInstallChromium()
  if (path === undefined) {
    return 'no Chromium: install chromium or google-chrome, or set CHROMIUM_PATH'
  }
  process.env.CHROMIUM_PATH = path
  return undefined
}

const typescript = 'typescript/bin/tsc'
const vitest = 'vitest/vitest.mjs'
const sources = ['packages', 'bench', 'interop', 'tests', 'scripts']

const staticChecks: readonly Check[] = [
  { name: 'types', command: [typescript, '--noEmit', '-p', '.'] },
  { name: 'types of the page', command: [typescript, '--noEmit', '-p', 'packages/portal'] },
  { name: 'types of the tests', command: [typescript, '--noEmit', '-p', 'tests'] },
  { name: 'lint', command: ['@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'] },
  {
    name: 'arrows',
    command: [
      'dependency-cruiser/bin/dependency-cruiser.mjs',
      '--config',
      '.dependency-cruiser.cjs',
      ...sources,
    ],
  },
  { name: 'unused code', command: ['knip/bin/knip.js', '--no-progress'] },
]
const unit: Check = {
  name: 'unit tests',
  command: [vitest, 'run', '--project', 'unit'],
  isSuite: true,
}
const endToEnd: Check = {
  name: 'end-to-end tests',
  command: [vitest, 'run', '--project', 'e2e'],
  missing: chromium,
  isSuite: true,
}
const parts: Readonly<Record<string, readonly Check[]>> = {
  all: [...staticChecks, unit, endToEnd],
  static: staticChecks,
  unit: [unit],
  e2e: [endToEnd],
}

interface Outcome {
  readonly passed: number
  readonly failed: number
}

const root = join(import.meta.dirname, '..')

async function runCheck(check: Check, extra: readonly string[]): Promise<Outcome> {
  const missing = check.missing?.()
  if (missing !== undefined) {
    console.log(`not run  ${check.name}: ${missing}`)
    return { passed: 0, failed: 1 }
  }
  const folder = mkdtempSync(join(tmpdir(), 'rolecall-test-'))
  const report = join(folder, 'report.json')
  const [program, ...args] = check.command
  const suiteArguments = check.isSuite
    ? [...extra, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
    : []
  const started = Date.now()
  const { status, output } = await capture(
    join(root, 'node_modules', program),
    [...args, ...suiteArguments],
    check.isSuite === true,
  )
  const outcome = check.isSuite ? readReport(report, status) : ofStatus(status)
  rmSync(folder, { recursive: true, force: true })
  const seconds = ((Date.now() - started) / 1000).toFixed(1)
  if (outcome.failed > 0 && check.isSuite !== true) console.log(output.trim())
  console.log(`${outcome.failed === 0 ? 'passed ' : 'FAILED '}  ${check.name} (${seconds} s)`)
  return outcome
}

function ofStatus(status: number): Outcome {
  return status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
}

/** A suite that broke before it wrote its report, or that ran nothing, has failed. */
function readReport(file: string, status: number): Outcome {
  try {
    const report = JSON.parse(readFileSync(file, 'utf8')) as {
      numPassedTests: number
      numFailedTests: number
      numTotalTests: number
    }
    const unrun = report.numTotalTests - report.numPassedTests - report.numFailedTests
    const failed = report.numFailedTests + unrun
    return {
      passed: report.numPassedTests,
      failed: failed === 0 && (status !== 0 || report.numPassedTests === 0) ? 1 : failed,
    }
  } catch {
    return { passed: 0, failed: 1 }
  }
}

function capture(
  program: string,
  args: readonly string[],
  show: boolean,
): Promise<{ status: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], {
      cwd: root,
      stdio: ['ignore', show ? 'inherit' : 'pipe', show ? 'inherit' : 'pipe'],
    })
    let output = ''
    const keep = (chunk: Buffer) => {
      output += chunk.toString()
    }
    child.stdout?.on('data', keep)
    child.stderr?.on('data', keep)
    child.on('error', reject)
    child.on('close', code => resolve({ status: code ?? 1, output }))
  })
}

const [part = 'all', ...extra] = process.argv.slice(2)
const checks = parts[part]
if (checks === undefined) {
  console.error(`rolecall: no part "${part}"\nhint: one of ${Object.keys(parts).join(', ')}`)
  process.exit(2)
}

const outcomes: Outcome[] = []
for (const check of checks) outcomes.push(await runCheck(check, extra))
const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0)
const failed = outcomes.reduce((sum, outcome) => sum + outcome.failed, 0)
console.log(`\n${passed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
