import { listConnections } from '../connections/choose-connection.ts'
import { exitCodes } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import { passwordPrefix } from '../keys/login.ts'
import { type CommandFlags, openCommand, type RoleCommand } from '../keys/open-command.ts'
import { rememberedPrefix } from '../keys/remembered.ts'
import { forgetKnownRoles } from '../roles/known-roles.ts'
import type { Terminal } from '../terminal.ts'

/** The options of `rolecall logout`. */
export interface LogoutFlags extends CommandFlags {
  readonly all?: boolean
  readonly forget?: boolean
  readonly json?: boolean
}

interface Ended {
  readonly connection: string
  /** How many roles had keys here. */
  readonly keys: number
  readonly session: 'ended' | 'none' | 'unknown'
  readonly passwords: number
}

/** `rolecall logout [--all] [--forget]`: what is kept here goes, and the server or provider is told. */
export async function logout(flags: LogoutFlags, terminal: Terminal): Promise<number> {
  const names = flags.all === true ? await everyName(flags, terminal) : [undefined]
  const ended: Ended[] = []
  let failed: unknown
  for (const name of names) {
    const one = name === undefined ? flags : { ...flags, connection: name }
    try {
      const command = await openCommand(one, terminal)
      ended.push(
        await end(command, flags, problem => {
          failed ??= problem
        }),
      )
    } catch (error) {
      // One connection that is written wrongly must not keep the others signed in.
      if (flags.all !== true) throw error
      failed ??= error
    }
  }
  if (flags.all === true) forgetKnownRoles(undefined, terminal.env)
  if (flags.json === true) terminal.out.write(`${JSON.stringify(ended)}\n`)
  if (failed !== undefined) throw failed
  return exitCodes.ok.code
}

async function everyName(flags: LogoutFlags, terminal: Terminal): Promise<readonly string[]> {
  return (await listConnections(terminal.env, flags)).map(({ name }) => name)
}

async function end(
  command: RoleCommand,
  { forget }: LogoutFlags,
  failed: (problem: unknown) => void,
): Promise<Ended> {
  const { connection, terminal, say } = command
  const { name } = connection
  const keys = await (await command.cache()).forget(name)
  // What leads to the session is needed to end it: it is forgotten behind that.
  const session = await endSession(command).catch((error: unknown) => {
    failed(error)
    return 'unknown' as const
  })
  const vault = await command.vault()
  const remembered = await vault.names(rememberedPrefix(name))
  for (const one of remembered) await vault.delete(one)
  const passwords = forget === true ? await vault.names(passwordPrefix(name)) : []
  for (const one of passwords) await vault.delete(one)
  forgetKnownRoles(name, terminal.env)
  const wasSignedIn = session !== 'none' || remembered.length > 0
  const sessionText = wasSignedIn ? 'the sign-in is forgotten here' : 'nobody was signed in here'
  say(
    [
      `${name}: ${session === 'ended' ? 'signed out' : sessionText}`,
      ...(keys > 0 ? [`keys of ${keys === 1 ? 'one role' : `${keys} roles`} forgotten`] : []),
      ...(passwords.length > 0 ? ['password forgotten'] : []),
    ].join('; '),
  )
  if (connection.writesProfile) {
    say(`profile ${connection.profile} keeps its keys until they expire: only AWS can revoke them`)
  }
  return { connection: name, keys, session, passwords: passwords.length }
}

async function endSession(command: RoleCommand): Promise<Ended['session']> {
  const { connection } = command
  const vault = await command.vault()
  const hasSession = (await vault.names(rememberedPrefix(connection.name))).length > 0
  if (!hasSession) return 'none'
  const parts = await command.parts()
  if (connection.provider === 'Rolecall') {
    const { signOutOf } = await import('../sources/rolecall/rolecall.ts')
    return (await signOutOf(connection, parts)) ? 'ended' : 'none'
  }
  const { providerOf } = await import('../providers/index.ts')
  const provider = await providerOf(connection.provider)
  if (provider.signOut === undefined) return 'unknown'
  try {
    await provider.signOut(connection, parts)
    return 'ended'
  } catch (error) {
    if (error instanceof Failure && error.reason === 'interrupted') throw error
    return 'unknown'
  }
}
