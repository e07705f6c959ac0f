import { type Command, Option } from 'commander'
import { camelCase } from '../connections/flags.ts'
import { type Setting, settings, unused } from '../connections/settings.ts'
import { Failure } from '../failure.ts'

export type { ConnectionFlags } from '../connections/flags.ts'

/**
 * Adds the flags of a connection to a verb: those that every verb has, and those of saml2aws that are for
 * this one. A flag that the verb has already stays as it is. What saml2aws had and this command has no use
 * for is taken, and told of on standard error.
 */
export function connectionOptions(command: Command): Command {
  const add = (option: Option) => {
    if (command.options.some(({ long }) => long === option.long)) return
    const isTaken = command.options.some(
      ({ short }) => short !== undefined && short === option.short,
    )
    // The letter is for what the verb has by it, the long name stays.
    const name = isTaken ? option.flags.replace(/^-., /, '') : option.flags
    command.addOption(new Option(name, option.description).hideHelp(option.hidden))
  }
  add(
    new Option('-a, --connection <name>', 'connection of `rolecall configure` (default: default)'),
  )
  add(new Option('--idp-account <name>', 'the name that saml2aws has for it').hideHelp())
  for (const setting of settings) {
    const flag = flagOf(setting, command.name())
    if (flag !== undefined) add(flag)
  }
  add(new Option('--config <file>', 'a configuration file of saml2aws (default: ~/.saml2aws)'))
  add(new Option('--debug', 'show the traffic on standard error, without its secrets'))
  add(new Option('--verbose', 'the same').hideHelp())
  add(new Option('--quiet', 'say nothing but errors').hideHelp())
  add(new Option('-i, --provider <name>').hideHelp())
  for (const { flag, value } of unused) {
    if (flag !== undefined) add(new Option(value ? `--${flag} <value>` : `--${flag}`).hideHelp())
  }
  return command.hook('preAction', (_, action) => look(action))
}

/** Those that are asked for often are in the help; the others are there for who knows them. */
const shown: readonly string[] = [
  ...['username', 'mfa', 'mfa-token', 'role', 'region', 'profile', 'session-duration'],
  ...['skip-prompt', 'idp-provider', 'url', 'cache-saml'],
]

function flagOf(setting: Setting, verb: string): Option | undefined {
  const { flag, short, kind, says, verbs } = setting
  if (flag === undefined || (verbs !== undefined && !verbs.includes(verb))) return undefined
  const name = short === undefined ? `--${flag}` : `-${short}, --${flag}`
  const option = new Option(kind === 'boolean' ? name : `${name} <${valueName(kind)}>`, says)
  return shown.includes(flag) || verb === 'configure' ? option : option.hideHelp()
}

function valueName(kind: Setting['kind']): string {
  return kind === 'text' ? 'text' : kind === 'list' ? 'list' : kind
}

function look(action: Command): void {
  const given = action.opts()
  if (given.provider !== undefined) {
    throw new Failure(
      'usage',
      '--provider was replaced by --idp-provider and `configure`, in saml2aws too',
      `rolecall configure --idp-provider ${String(given.provider)}`,
    )
  }
  if (given.quiet === true) return
  const { writeErr } = action.configureOutput()
  for (const { flag, why } of unused) {
    if (flag !== undefined && given[camelCase(flag)] !== undefined) {
      writeErr?.(`note: --${flag} has no use here: ${why}\n`)
    }
  }
}
