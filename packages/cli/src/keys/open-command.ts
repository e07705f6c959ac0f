/** What the verbs that use a connection share. */
import { createAsk, type SearchingAsk } from '../ask/create-ask.ts'
import { chooseConnection } from '../connections/choose-connection.ts'
import type { Connection } from '../connections/connection.ts'
import { connectionOption } from '../connections/connection-option.ts'
import type { ConnectionFlags } from '../connections/flags.ts'
import { sourceId } from '../connections/source-id.ts'
import type { SignInParts } from '../providers/provider.ts'
import { knownRolesOf, writeKnownRoles } from '../roles/known-roles.ts'
import { sortedRoles } from '../roles/role-label.ts'
import type { SignedIn } from '../sources/source.ts'
import { printable, type Terminal } from '../terminal.ts'
import type { KeyCache, Vault } from '../vault/vault.ts'

/** Flags of the verbs that sign in. */
export interface CommandFlags extends ConnectionFlags {
  readonly device?: boolean | undefined
  readonly paste?: boolean | undefined
  readonly browser?: string | undefined
  /** Of `rolecall login` alone: see `BrowserWish`. */
  readonly isLogin?: boolean | undefined
}

/** One run of a verb. Everything is opened or read when it is first needed. */
export interface RoleCommand {
  readonly terminal: Terminal
  readonly connection: Connection
  readonly ask: SearchingAsk
  /** One line for the person on standard error; nothing with `--quiet`. */
  say(text: string): void
  vault(): Promise<Vault>
  cache(): Promise<KeyCache>
  /** The parts of a sign-in that does not happen: for signing out, and asking who is signed in. */
  parts(): Promise<SignInParts>
  /** One sign-in for the whole command; its roles become known, a typed password is kept. */
  signIn(): Promise<SignedIn>
  /** The same where nobody looks at the terminal: nobody is asked, and no code is used a second time. */
  unattended(): RoleCommand
  readonly now: () => Date
}

/**
 * Opens the connection that flags and variables choose. Throws `Failure` `usage` or `configuration`.
 */
export async function openCommand(flags: CommandFlags, terminal: Terminal): Promise<RoleCommand> {
  const { env } = terminal
  const connection = await chooseConnection(flags, env)
  const isOfShell = Boolean(env.ROLECALL_ROLE_NAME) && connection.role === env.ROLECALL_ROLE
  if (!isOfShell || isKnown(connection, env)) return commandOf(connection, flags, terminal)
  const own = await chooseConnection(flags, { ...env, ROLECALL_ROLE: undefined })
  return commandOf(own, flags, terminal)
}

/** The role of the shell that the command is typed in counts where it is one of the connection's. */
function isKnown(connection: Connection, env: Terminal['env']): boolean {
  const roles = knownRolesOf(connection, env)?.roles ?? []
  return roles.some(({ roleArn }) => roleArn === connection.role)
}

/** As {@link openCommand}, of a connection that is chosen already. */
export function commandOf(
  connection: Connection,
  flags: CommandFlags,
  terminal: Terminal,
): RoleCommand {
  const { env } = terminal
  const now = () => new Date()
  const command = `rolecall login${connectionOption(connection.name)}`
  const ask = createAsk(terminal, { skipPrompt: connection.skipPrompt, command })
  const say = (text: string) => {
    if (flags.quiet !== true) ask.tell(text)
  }

  const vault = once(async () => {
    const { openVault } = await import('../vault/open-vault.ts')
    return openVault(terminal, { ask, disableKeychain: connection.disableKeychain })
  })
  const cache = once(async () => {
    const { openKeyCache } = await import('../vault/key-cache.ts')
    return openKeyCache(env, { tell: say, canAsk: ask.possible })
  })
  const prepared = once(async () => {
    const { signInParts } = await import('./sign-in-parts.ts')
    const isTraced = flags.debug === true || flags.verbose === true
    const trace = isTraced ? (await import('./trace.ts')).createTrace(terminal) : undefined
    const { device, paste, browser, isLogin } = flags
    const browserWish = { device, paste, browser, isLogin }
    return await signInParts(connection, { terminal, ask, vault, trace, browserWish, now })
  })

  const signIn = once(async () => {
    const { parts, login } = await prepared()
    const { signIn: open } = await import('../sources/open-source.ts')
    const signed = await open(connection, parts)
    const roles = sortedRoles(signed.roles)
    const source = sourceId(connection)
    const before = knownRolesOf(connection, env)?.who
    // Somebody else: the keys of before are that person's.
    if (before !== undefined && before !== signed.who) {
      await (await cache()).forget(connection.name, connection)
    }
    writeKnownRoles(connection.name, { who: signed.who, source, roles }, env, now())
    // A sign-in that has worked is not lost because the password cannot be kept.
    const place = await login.keep().catch((error: unknown) => {
      say(
        `the password is not kept: ${error instanceof Error ? printable(error.message) : 'it failed'}`,
      )
      return undefined
    })
    if (place !== undefined) {
      say(`the password is kept in ${place}; rolecall logout --forget takes it away`)
    }
    return Object.freeze({ ...signed, roles })
  })

  return Object.freeze({
    terminal,
    connection,
    ask,
    say,
    vault,
    cache,
    parts: async () => (await prepared()).parts,
    signIn,
    unattended: () => {
      const { mfaToken: _, ...given } = connection.given
      return commandOf({ ...connection, given, skipPrompt: true }, flags, terminal)
    },
    now,
  })
}

/** The same promise at each call. One that failed is made anew. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined
      throw error
    })
    return made
  }
}
