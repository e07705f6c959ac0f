import { exitCodes } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import { rememberAnswer } from '../hot/remember-answer.ts'
import { type CommandFlags, openCommand } from '../keys/open-command.ts'
import { type EnvFormat, envText, unsetText, usualFormat } from '../keys/print-env.ts'
import { roleVariables, unsetNames } from '../keys/role-environment.ts'
import { roleSession } from '../keys/role-session.ts'
import type { Terminal } from '../terminal.ts'

/** The options of `rolecall env`. */
export interface EnvFlags extends CommandFlags {
  readonly shell?: EnvFormat
  readonly unset?: boolean
}

/** `rolecall env [ROLE] [--shell NAME] [--unset]`: lines for a shell to read. */
export async function printEnv(
  named: string | undefined,
  flags: EnvFlags,
  terminal: Terminal,
): Promise<number> {
  const format = flags.shell ?? usualFormat(terminal.env)
  if (flags.unset === true) {
    if (named !== undefined) {
      const hint = 'rolecall env --unset takes back whichever it was'
      throw new Failure('usage', '--unset takes no role', hint)
    }
    terminal.out.write(unsetText(format, unsetNames(terminal.env)))
    return exitCodes.ok.code
  }
  const command = await openCommand(flags, terminal)
  const { keys, label, profile, region } = await roleSession({ role: named }, command)
  await rememberAnswer({ named, keys, label, region, format }, command)
  const variables = {
    ...roleVariables(keys, { region, role: label }),
    ...(profile === undefined ? {} : { SAML2AWS_PROFILE: profile }),
  }
  terminal.out.write(envText(format, variables, terminal.env))
  return exitCodes.ok.code
}
