import { resolve } from 'node:path'
import { sharedFilePaths } from '@rolecall/aws/shared-files'
import {
  chooseConnection,
  connectionNamed,
  listConnections,
} from '../connections/choose-connection.ts'
import { connectionOption } from '../connections/connection-option.ts'
import { saml2awsFile } from '../connections/read-files.ts'
import { exitCodes } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import { editIniFile, readIniText } from '../files/edit-ini-file.ts'
import { planAll, type SyncPlan } from '../profiles/plan-all.ts'
import type { ProfileWish } from '../profiles/plan-profiles.ts'
import { commandWords } from '../profiles/process-command.ts'
import { printSync, printSyncJson } from '../profiles/report.ts'
import { unifiedDiff } from '../profiles/unified-diff.ts'
import { readKnownRoles } from '../roles/known-roles.ts'
import type { OfferedRole } from '../sources/source.ts'
import { painter, printable, type Terminal } from '../terminal.ts'
import { warn } from './warn.ts'

/** The options of `rolecall profiles sync`. */
export interface ProfilesSyncOptions {
  readonly connection?: string
  readonly idpAccount?: string
  readonly config?: string
  readonly prefix?: string
  readonly format?: string
  readonly refresh?: boolean
  readonly debug?: boolean
  readonly diff?: boolean
  readonly dryRun?: boolean
  readonly check?: boolean
  readonly json?: boolean
}

/** `rolecall profiles sync`: a profile of `~/.aws/config` for each role. */
export async function syncProfiles(
  options: ProfilesSyncOptions,
  terminal: Terminal,
): Promise<number> {
  const { env } = terminal
  const { configFile: file, credentialsFile } = sharedFilePaths({ env })
  const wishes = await wishesOf(options, terminal)
  const gone = await goneFrom(options, env)
  const plan = (text: string): SyncPlan => planAll(text, file, wishes, gone)
  const [done, before] = await applied(plan, file, options)
  if (options.json === true) printSyncJson(done, file, before, terminal)
  else if (options.diff === true) printDiff(before, done.text, file, terminal)
  else await printSync(done, { file, credentialsFile, isWritten: isWritten(options) }, terminal)
  const isInStep = done.text === before
  return options.check === true && !isInStep ? exitCodes.outOfStep.code : exitCodes.ok.code
}

const isWritten = ({ diff, dryRun, check }: ProfilesSyncOptions): boolean =>
  diff !== true && dryRun !== true && check !== true

async function applied(
  plan: (text: string) => SyncPlan,
  file: string,
  options: ProfilesSyncOptions,
): Promise<readonly [done: SyncPlan, before: string]> {
  if (!isWritten(options)) {
    const before = await readIniText(file)
    return [plan(before), before]
  }
  let done: SyncPlan | undefined
  const { before } = await editIniFile(file, text => {
    done = plan(text)
    return done.text
  })
  return [done ?? plan(before), before]
}

/** Every connection whose roles are known, or the one that is named. */
async function wishesOf(
  options: ProfilesSyncOptions,
  terminal: Terminal,
): Promise<readonly ProfileWish[]> {
  const { env } = terminal
  const named = connectionNamed(options, env)
  const listed = (await listConnections(env, options)).filter(({ url }) => url)
  const names = named === undefined ? listed.map(({ name }) => name) : [named]
  // It says what is to be done when there is none.
  if (names.length === 0) await chooseConnection(options, env)
  const command = commandWords(env)
  // Programs run the line in any folder.
  const extra = options.config ? ['--config', resolve(saml2awsFile(options, env))] : []
  const wishes: ProfileWish[] = []
  for (const name of names) {
    const roles = await rolesOf(name, options, terminal)
    if (roles === undefined) {
      const message = `no roles of the connection ${name} are known here yet`
      const hint = `rolecall profiles sync --refresh${connectionOption(name)}`
      if (names.length === 1) throw new Failure('noRole', message, hint)
      warn(terminal, `${message}: ${hint}`)
      continue
    }
    const { region } = await chooseConnection({ ...options, connection: name }, env)
    wishes.push({
      ...{ connection: name, roles, region, command, extra },
      format: options.format,
      prefix: options.prefix,
    })
  }
  return wishes
}

/** The roles of the last sign-in, or of one now. */
async function rolesOf(
  name: string,
  options: ProfilesSyncOptions,
  terminal: Terminal,
): Promise<readonly OfferedRole[] | undefined> {
  if (options.refresh !== true) return readKnownRoles(name, terminal.env)?.roles
  const { openCommand } = await import('../keys/open-command.ts')
  const flags = { ...options, connection: name }
  const command = await openCommand(flags, terminal)
  return (await command.signIn()).roles
}

/** Tells whether a connection is no more; nobody says so of one when only others were asked for. */
async function goneFrom(
  options: ProfilesSyncOptions,
  env: Terminal['env'],
): Promise<(connection: string) => boolean> {
  if (connectionNamed(options, env) !== undefined || options.config) return () => false
  const names = (await listConnections(env, options)).map(({ name }) => name)
  return connection => !names.includes(connection)
}

function printDiff(before: string, after: string, file: string, terminal: Terminal): void {
  const paint = painter(terminal.out, terminal.env)
  for (const line of unifiedDiff(before, after, { before: file, after: file })) {
    const isHead = /^(---|\+\+\+|@@)/.test(line)
    // A program that takes it, such as `patch`, takes the bytes of the file.
    const text = terminal.out.isTTY === true ? printable(line) : line
    const style = isHead
      ? 'dim'
      : line.startsWith('-')
        ? 'red'
        : line.startsWith('+')
          ? 'green'
          : undefined
    terminal.out.write(`${style === undefined ? text : paint(style, text)}\n`)
  }
}
