import { runCommand } from '../exec/run-command.ts'
import { Failure } from '../failure.ts'
import { rememberAnswer } from '../hot/remember-answer.ts'
import { type CommandFlags, openCommand } from '../keys/open-command.ts'
import { environmentWith, roleVariables } from '../keys/role-environment.ts'
import { roleSession } from '../keys/role-session.ts'
import type { Terminal } from '../terminal.ts'

/** The options of `rolecall exec`. */
export interface ExecFlags extends CommandFlags {
  readonly server?: boolean
  readonly execProfile?: string
  readonly force?: boolean
}

/** `rolecall exec [ROLE] -- COMMAND …`: the program's exit code is the command's. */
export async function exec(
  named: string | undefined,
  program: readonly string[],
  flags: ExecFlags,
  terminal: Terminal,
): Promise<number> {
  if (program.length === 0) {
    const hint = 'rolecall exec prod/admin -- aws s3 ls; for a shell: rolecall shell prod/admin'
    throw new Failure('usage', 'there is no command to run', hint)
  }
  const command = await openCommand(flags, terminal)
  if (flags.server === true) {
    if (flags.execProfile !== undefined) {
      const hint = 'leave one of both out'
      throw new Failure('usage', '--server and --exec-profile exclude each other', hint)
    }
    const { serveWhile } = await import('../exec/serve-while.ts')
    return await serveWhile(named, command, env => runCommand(program, { env, stay: true }))
  }
  const session = await roleSession({ role: named, force: flags.force }, command)
  const used = [terminal.in, terminal.out, terminal.err]
  const { keys, label, region } = session
  const execProfile = flags.execProfile || terminal.env.SAML2AWS_EXEC_PROFILE
  if (execProfile) {
    const { chainedVariables } = await import('../exec/chained-variables.ts')
    const variables = await chainedVariables(session, execProfile, terminal)
    return await runCommand(program, { env: environmentWith(terminal.env, variables), used })
  }
  await rememberAnswer({ named, keys, label, region }, command)
  const { profile } = session
  const variables = roleVariables(keys, { region, role: label, profile })
  return await runCommand(program, { env: environmentWith(terminal.env, variables), used })
}
