import { connectionNamed, defaultName } from '../connections/choose-connection.ts'
import { type BaseValues, baseValues } from '../connections/configure/base-values.ts'
import { collectConnection, withScheme } from '../connections/configure/collect-connection.ts'
import { keepPassword } from '../connections/configure/keep-password.ts'
import { checkName, writeConnection } from '../connections/configure/write-connection.ts'
import { connectionOption } from '../connections/connection-option.ts'
import type { Changes } from '../connections/edit-section.ts'
import type { ConnectionFlags } from '../connections/flags.ts'
import {
  type ConnectionFile,
  expandHome,
  readConnectionFile,
  readConnectionFiles,
} from '../connections/read-files.ts'
import { resolveValues } from '../connections/resolve.ts'
import { exitCodes } from '../exit-codes.ts'
import { connectionFile } from '../places.ts'
import { painter, printable, type Terminal } from '../terminal.ts'

/** The flags of a connection, and how it is said what came of it. */
export interface ConfigureOptions extends ConnectionFlags {
  readonly json?: boolean
}

/** `rolecall configure [URL] [-a NAME] [--idp-provider P] … [--skip-prompt] [--json]` */
export async function configure(
  url: string | undefined,
  options: ConfigureOptions,
  terminal: Terminal,
): Promise<number> {
  const { env } = terminal
  const flags = { ...options, url: options.url || withScheme(url) }
  const name = connectionNamed(flags, env) ?? defaultName
  checkName(name)
  const { createAsk } = await import('../ask/create-ask.ts')
  const ask = createAsk(terminal, {
    skipPrompt: options.skipPrompt === true || options.json === true,
    command: 'rolecall configure',
  })
  const target = targetOf(flags, env)
  const base = baseValues(readConnectionFiles(flags, env), target, name)
  const given = resolveValues(flags, env, undefined)
  const changes = await collectConnection({ name, flags, base, given, ask, terminal })
  const { connection, edited } = await writeConnection(target, name, asWritten(changes, target))
  const kept = await keepPassword({ connection, given: given.get('password'), ask, terminal })
  if (options.json === true) {
    const { provider, username = null, mfa } = connection
    const facts = { connection: name, provider, url: connection.url, username, mfa }
    const whole = {
      ...facts,
      file: target.path,
      changed: edited.changed,
      passwordKeptIn: kept ?? null,
    }
    terminal.out.write(`${JSON.stringify(whole, undefined, 2)}\n`)
    return exitCodes.ok.code
  }
  tell({ name, target, base, kept }, terminal)
  return exitCodes.ok.code
}

function targetOf({ config }: ConnectionFlags, env: Terminal['env']): ConnectionFile {
  const ours = connectionFile(env)
  const path = config ? expandHome(config, env) : ours
  return readConnectionFile(path, path === ours ? 'ours' : 'saml2aws')
}

/** A role as a file has it: saml2aws knows ARNs alone, and the key `role` would hide an older `role_arn`. */
function asWritten(changes: Changes, { kind }: ConnectionFile): Changes {
  const role = changes.get('role')
  if (role === undefined) return changes
  const isOfBoth = kind === 'saml2aws' && role.startsWith('arn:')
  const written = new Map(changes)
  written.set('role', isOfBoth ? undefined : role)
  written.set('role_arn', isOfBoth ? role : undefined)
  return written
}

function tell(
  facts: {
    readonly name: string
    readonly target: ConnectionFile
    readonly base: BaseValues
    readonly kept: string | undefined
  },
  { err, env }: Terminal,
): void {
  const paint = painter(err, env)
  const { name, target, base, kept } = facts
  const { from } = base
  if (from !== undefined) {
    err.write(
      printable(
        `took over what [${name}] of ${from.path} says; that section is hidden from now on`,
      ),
    )
    err.write('\n')
  }
  err.write(`${paint('green', 'wrote')} ${printable(`[${name}] of ${target.path}`)}\n`)
  if (kept !== undefined) err.write(`kept the password in ${printable(kept)}\n`)
  err.write(`${paint('dim', 'next:')} rolecall login${printable(connectionOption(name))}\n`)
}
