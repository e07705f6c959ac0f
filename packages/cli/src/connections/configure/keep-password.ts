import type { Ask } from '../../ask/ask.ts'
import { passwordName } from '../../keys/login.ts'
import type { Terminal } from '../../terminal.ts'
import { warn } from '../../verbs/warn.ts'
import type { Connection } from '../connection.ts'
import type { Value } from '../resolve.ts'
import { hasPassword } from './ask-connection.ts'

/**
 * Puts a password into the vault: one that was given, or that the person types now. Gives where it is then;
 * undefined: it is asked for at the sign-in.
 */
export async function keepPassword(parts: {
  readonly connection: Connection
  readonly given: Value | undefined
  readonly ask: Ask
  readonly terminal: Terminal
}): Promise<string | undefined> {
  const { connection, given, ask, terminal } = parts
  const { username, provider, disableKeychain } = connection
  if (given?.from.kind === 'flag') {
    warn(
      terminal,
      'a password on the command line is seen in the list of processes and in the history of the shell; ROLECALL_PASSWORD is not',
    )
  }
  if (!hasPassword(provider) || username === undefined || disableKeychain) return undefined
  const password = given?.text ?? (await typed(username, ask))
  if (password === undefined) return undefined
  const { openVault } = await import('../../vault/open-vault.ts')
  const vault = openVault(terminal, { ask })
  await vault.set(passwordName(connection, username), password)
  return vault.place
}

async function typed(username: string, ask: Ask): Promise<string | undefined> {
  if (!ask.possible) return undefined
  const message = 'Keep the password now, so that sign-ins do not ask for it?'
  if (!(await ask.confirm({ message, initial: false }))) return undefined
  return await ask.password({ message: `Password of ${username}:` })
}
