import { connectionNamed, placeNamed, unknownConnection } from '../connections/choose-connection.ts'
import type { ConnectionFlags } from '../connections/flags.ts'
import { checkAwsFiles, checkOldCache } from '../doctor/check-aws-files.ts'
import { checkConnections, checkFiles, checkVariables } from '../doctor/check-config.ts'
import { checkBrowser, checkVault } from '../doctor/check-machine.ts'
import { checkReach, type Reached } from '../doctor/check-reach.ts'
import { createSetupFindings, type SetupFinding } from '../doctor/findings.ts'
import { exitCodes } from '../exit-codes.ts'
import { painter, printable, type Terminal } from '../terminal.ts'

/** What is looked at, and how. */
export interface DoctorOptions extends ConnectionFlags {
  readonly offline?: boolean
  readonly json?: boolean
}

/** What stands in the JSON; keys without a value are null. */
interface Report {
  readonly works: boolean
  readonly files: readonly { readonly path: string; readonly exists: boolean }[]
  readonly connections: readonly {
    readonly name: string
    readonly provider: string
    readonly url: string
    readonly username: string | null
    readonly file: string | null
    readonly status: number | null
    readonly ms: number | null
  }[]
  readonly vault: {
    readonly keyring: boolean
    readonly why: string | null
    readonly folder: string
  }
  readonly browser: string | null
  readonly findings: readonly SetupFinding[]
}

/** `rolecall doctor [-a NAME] [--offline] [--json]` */
export async function doctor(options: DoctorOptions, terminal: Terminal): Promise<number> {
  const report = await examine(options, terminal)
  if (options.json === true) terminal.out.write(`${JSON.stringify(report, undefined, 2)}\n`)
  else print(report, terminal)
  if (report.works) return exitCodes.ok.code
  const errors = report.findings.filter(({ severity }) => severity === 'error')
  const isNetwork = errors.every(({ code }) => /^(?:connection|clock)\./.test(code))
  return isNetwork ? exitCodes.network.code : exitCodes.configuration.code
}

async function examine(options: DoctorOptions, { env }: Terminal): Promise<Report> {
  const findings = createSetupFindings()
  const now = () => new Date()
  const files = checkFiles(options, env, findings)
  const only = connectionNamed(options, {})
  if (only !== undefined && placeNamed(files, only) === undefined) {
    throw await unknownConnection(only, files)
  }
  const connections = checkConnections(files, only, env, findings)
  const isNone =
    connections.length === 0 &&
    findings.list.every(({ code }) => code !== 'config.invalid' && code !== 'config.unreadable')
  if (isNone) findings.add('config.none', 'there is no connection yet')
  checkVariables(env, findings)
  const vault = await checkVault(env, findings)
  const browser = checkBrowser(connections, env, findings)
  await checkAwsFiles(env, now(), { script: process.argv[1] }, findings)
  checkOldCache(env, findings)
  const reached = options.offline === true ? [] : await checkReach(connections, env, now, findings)
  return {
    works: findings.list.every(({ severity }) => severity !== 'error'),
    files: files.map(({ path, exists }) => ({ path, exists })),
    connections: connections.map(({ name, provider, url, username, file }) => ({
      ...{ name, provider, url },
      username: username ?? null,
      file: file ?? null,
      ...reachOf(reached, name),
    })),
    vault: { keyring: vault.ok, why: vault.ok ? null : vault.why, folder: vault.folder },
    browser: browser?.program ?? null,
    findings: findings.list,
  }
}

function reachOf(reached: readonly Reached[], name: string) {
  const found = reached.find(({ connection }) => connection === name)
  return { status: found?.status ?? null, ms: found?.ms ?? null }
}

function print(report: Report, { out, env }: Terminal): void {
  const paint = painter(out, env)
  const line = (text: string) => out.write(`${text}\n`)
  for (const { path, exists } of report.files) {
    line(`${paint('bold', printable(path))}${exists ? '' : paint('dim', '  not there')}`)
  }
  const width = Math.max(0, ...report.connections.map(({ name }) => printable(name).length)) + 2
  for (const { name, provider, url, status, ms } of report.connections) {
    const answer = status === null ? '' : paint('dim', `  ${status} in ${ms} ms`)
    line(`  ${printable(name).padEnd(width)}${provider.padEnd(11)}${printable(url)}${answer}`)
  }
  const { vault, browser } = report
  line(`secrets  ${vault.keyring ? 'in the keyring' : `encrypted in ${printable(vault.folder)}`}`)
  line(`browser  ${browser === null ? 'none' : printable(browser)}`)
  for (const { severity, code, message, remedy } of report.findings) {
    const label = paint(severity === 'error' ? 'red' : 'yellow', severity)
    line(`\n${label} ${paint('bold', code)} ${printable(message)}`)
    line(`  ${paint('dim', 'remedy')} ${printable(remedy)}`)
  }
  const errors = report.findings.filter(({ severity }) => severity === 'error').length
  const end = errors === 1 ? 'one error' : `${errors} errors`
  line(`\n${report.works ? paint('green', 'works') : `${paint('red', 'does not work:')} ${end}`}`)
}
