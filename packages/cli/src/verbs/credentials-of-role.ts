import { exitCodes } from '../exit-codes.ts'
import { rememberAnswer } from '../hot/remember-answer.ts'
import { type CommandFlags, openCommand } from '../keys/open-command.ts'
import { credentialProcessJson } from '../keys/print-credential-process.ts'
import { takeKeys } from '../keys/take-keys.ts'
import type { Terminal } from '../terminal.ts'

/** `rolecall credentials [ROLE]`: the role of a person, in the form of credential_process. */
export async function printRoleCredentials(
  named: string | undefined,
  flags: CommandFlags,
  terminal: Terminal,
): Promise<number> {
  const command = await openCommand(flags, terminal)
  const keys = await takeKeys({ role: named }, command)
  await rememberAnswer({ named, keys }, command)
  terminal.out.write(credentialProcessJson(keys))
  return exitCodes.ok.code
}
