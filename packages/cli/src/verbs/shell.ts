import { basename } from 'node:path'
import { runCommand } from '../exec/run-command.ts'
import { Failure } from '../failure.ts'
import { type CommandFlags, openCommand } from '../keys/open-command.ts'
import { environmentWith, roleVariables } from '../keys/role-environment.ts'
import { roleSession } from '../keys/role-session.ts'
import type { Terminal } from '../terminal.ts'
import { timeLeft } from './time-left.ts'

/** The options of `rolecall shell`. */
export interface ShellFlags extends CommandFlags {
  readonly server?: boolean
  readonly force?: boolean
}

/** Tells a shell that it is one of ours. */
const marker = 'ROLECALL_SHELL'

/** `rolecall shell [ROLE]`: the person's shell, with the role. */
export async function shell(
  named: string | undefined,
  flags: ShellFlags,
  terminal: Terminal,
): Promise<number> {
  const { env } = terminal
  if (env[marker] && flags.force !== true) {
    throw new Failure(
      'usage',
      `this shell has a role already: ${env.ROLECALL_ROLE_NAME ?? 'unknown'}`,
      'leave it with exit, or add --force for a shell in the shell',
    )
  }
  const program = shellOf(env)
  const command = await openCommand(flags, terminal)
  const used = [terminal.in, terminal.out, terminal.err]
  if (flags.server === true) {
    const { serveWhile } = await import('../exec/serve-while.ts')
    return await serveWhile(named, command, inner => {
      command.say(`shell ${basename(program)} with ${inner.ROLECALL_ROLE_NAME ?? ''}; exit ends it`)
      return runCommand([program], { env: { ...inner, [marker]: '1' }, stay: true })
    })
  }
  const { keys, label, profile, region } = await roleSession({ role: named }, command)
  const variables = roleVariables(keys, { region, role: label, profile })
  const left = timeLeft(new Date(keys.expiration), command.now())
  command.say(`shell ${basename(program)} with ${label}; its keys end ${left}, exit ends it`)
  return await runCommand([program], {
    env: { ...environmentWith(env, variables), [marker]: '1' },
    used,
  })
}

/** The person's own: SHELL; on Windows the PowerShell of today, which every Windows finds. */
function shellOf(env: Terminal['env'], platform: NodeJS.Platform = process.platform): string {
  if (platform === 'win32') return env.PSModulePath ? 'powershell.exe' : env.ComSpec || 'cmd.exe'
  return env.SHELL || '/bin/sh'
}
