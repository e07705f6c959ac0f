import { connectionOption } from '../connections/connection-option.ts'
import { exitCodes } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import { openCommand, type RoleCommand } from '../keys/open-command.ts'
import { credentialProcessJson } from '../keys/print-credential-process.ts'
import { roleVariables } from '../keys/role-environment.ts'
import { storedKeys, storeKeys } from '../keys/role-session.ts'
import { chooseRole, hasKeys, takeRole } from '../keys/take-keys.ts'
import { roleLabel, roleWord } from '../roles/role-label.ts'
import type { OfferedRole, RoleKeys } from '../sources/source.ts'
import { printable, type Terminal } from '../terminal.ts'
import type { LoginFlags } from './login-flags.ts'
import { timeLeft } from './time-left.ts'

/** `rolecall login [ROLE]`: signs in, and takes a role where there is one to be taken. */
export async function login(
  named: string | undefined,
  given: LoginFlags,
  terminal: Terminal,
): Promise<number> {
  checkFlags(named, given)
  // A program reads what is printed: nothing is asked but the second factor, as in saml2aws.
  const flags =
    given.credentialProcess === true ? { ...given, quiet: true } : { ...given, isLogin: true }
  const command = await openCommand(flags, terminal)
  const { connection, say } = command
  if (given.all === true) {
    const { loginToAll } = await import('./login-all.ts')
    return await loginToAll(flags, command)
  }
  const isWritten = given.write === true || connection.writesProfile || given.profile !== undefined
  if (isWritten && named === undefined && given.force !== true) {
    const stored = await storedKeys(command)
    if (stored !== undefined) {
      say(
        `profile ${connection.profile} has keys already; they work until ${stored.expiration} (${timeLeft(new Date(stored.expiration), command.now())}); --force takes new ones`,
      )
      return told({ keys: stored, profile: connection.profile }, flags, command)
    }
  }
  say(`connection ${connection.name}: ${connection.provider}, ${printable(hostOf(connection.url))}`)
  if (needsNoRole(named, flags, command)) return await onlySignIn(flags, command)

  const role = await chosen(named, flags, command)
  const { keys } = await takeRole({ role: role.roleArn, force: flags.force }, command)
  say(`role ${roleLabel(role)} (${role.roleArn})`)
  say(`logged in as ${keys.assumedRoleArn}`)
  const profile = isWritten ? connection.profile : undefined
  if (profile !== undefined)
    say(`the keys are in profile ${profile} of ${await storeKeys(keys, command)}`)
  say(`they work until ${keys.expiration} (${timeLeft(new Date(keys.expiration), command.now())})`)
  sayUse(role, profile, command)
  return told({ keys, role, profile }, flags, command)
}

/** A server's sign-in is worth something alone: later commands take roles without another. */
function needsNoRole(
  named: string | undefined,
  flags: LoginFlags,
  { connection }: RoleCommand,
): boolean {
  const isOfServer = connection.provider === 'Rolecall'
  const isForKeys = flags.write === true || flags.profile !== undefined
  const isAsked = named !== undefined || isForKeys || flags.credentialProcess === true
  return isOfServer && !isAsked && connection.role === undefined && !connection.writesProfile
}

async function onlySignIn(flags: LoginFlags, command: RoleCommand): Promise<number> {
  const { connection, terminal, say } = command
  if (flags.force === true) {
    const { signOutOf } = await import('../sources/rolecall/rolecall.ts')
    await signOutOf(connection, await command.parts()).catch(() => undefined)
  }
  const { who, roles } = await command.signIn()
  say(`signed in: ${who}`)
  say(`${roles.length === 1 ? 'one role' : `${roles.length} roles`}; rolecall roles shows them`)
  if (flags.json === true) {
    terminal.out.write(
      `${JSON.stringify({ connection: connection.name, who, roles: roles.length })}\n`,
    )
  }
  return exitCodes.ok.code
}

/** The sign-in comes before the question for the role: what is offered now is what is picked from. */
async function chosen(
  named: string | undefined,
  flags: LoginFlags,
  command: RoleCommand,
): Promise<OfferedRole> {
  const wanted = named ?? command.connection.role
  if (wanted === undefined || flags.force === true) await command.signIn()
  return await chooseRole(wanted, command, hasKeys)
}

function sayUse(role: OfferedRole, profile: string | undefined, command: RoleCommand): void {
  const { connection, say } = command
  if (profile !== undefined) {
    say(
      `use them: aws ${profile === 'default' ? '' : `--profile ${profile} `}sts get-caller-identity`,
    )
    return
  }
  const words = `exec${connectionOption(connection.name)} ${roleWord(role, [role])}`
  say(`use them: rolecall ${words} -- aws sts get-caller-identity`)
}

interface Told {
  readonly keys: RoleKeys
  readonly role?: OfferedRole
  readonly profile: string | undefined
}

function told({ keys, role, profile }: Told, flags: LoginFlags, command: RoleCommand): number {
  const { terminal, connection } = command
  if (flags.credentialProcess === true) terminal.out.write(credentialProcessJson(keys))
  else if (flags.json === true) {
    const region = roleVariables(keys).AWS_REGION
    terminal.out.write(
      `${JSON.stringify({
        connection: connection.name,
        roleArn: keys.roleArn,
        accountId: keys.accountId,
        accountName: role?.accountName,
        assumedRoleArn: keys.assumedRoleArn,
        expiration: keys.expiration,
        region,
        profile,
      })}\n`,
    )
  }
  return exitCodes.ok.code
}

function checkFlags(named: string | undefined, flags: LoginFlags): void {
  const refuse = (message: string, hint: string) => {
    throw new Failure('usage', message, hint)
  }
  if (flags.all === true && (named !== undefined || flags.role !== undefined)) {
    refuse('--all takes every role, and one is named', 'leave one of both out')
  }
  if (flags.all === true && flags.profile !== undefined) {
    refuse('--all makes a profile of each role, and --profile names one', 'add --write instead')
  }
  if (flags.all === true && flags.credentialProcess === true) {
    refuse('--credential-process prints the keys of one role', 'leave --all out')
  }
  if (flags.json === true && flags.credentialProcess === true) {
    refuse('--credential-process prints JSON of its own', 'leave --json out')
  }
}

const hostOf = (url: string): string => URL.parse(url)?.host ?? url
