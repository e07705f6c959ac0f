import { containerCredentials } from '@rolecall/aws'
import { exitCodes } from '../exit-codes.ts'
import { type CallerKeys, callerIdentity } from '../keys/caller-identity.ts'
import { type CommandFlags, openCommand, type RoleCommand } from '../keys/open-command.ts'
import { takeRole } from '../keys/take-keys.ts'
import { printable, type Terminal } from '../terminal.ts'
import { credentialFailure } from './credential-failure.ts'
import { textTable } from './text-table.ts'

/** The options of `rolecall whoami`. */
export interface WhoamiFlags extends CommandFlags {
  readonly json?: boolean
}

type Facts = Readonly<Record<string, string | number | readonly string[] | undefined>>

/**
 * `rolecall whoami [ROLE]`: of a role, and in a shell that has one, what AWS says (STS GetCallerIdentity);
 * else what the server or the provider says.
 */
export async function whoami(
  named: string | undefined,
  flags: WhoamiFlags,
  terminal: Terminal,
): Promise<number> {
  const role = named ?? flags.role
  const ofShell = role === undefined ? await shellIdentity(flags, terminal) : undefined
  const facts = ofShell ?? (await commandIdentity(role, flags, terminal))
  if (flags.json === true) terminal.out.write(`${JSON.stringify(facts)}\n`)
  else terminal.out.write(textTable(rowsOf(facts)))
  return exitCodes.ok.code
}

/** The role that `exec`, `shell` or `env` gave to this very environment. */
async function shellIdentity(flags: WhoamiFlags, terminal: Terminal): Promise<Facts | undefined> {
  const { env } = terminal
  const isOther = flags.connection !== undefined || flags.idpAccount !== undefined
  if (!env.ROLECALL_ROLE || isOther) return undefined
  const keys = await shellKeys(env)
  if (keys === undefined) return undefined
  const partition = /^arn:([\w-]+):/.exec(env.ROLECALL_ROLE)?.[1]
  const identity = await callerIdentity(keys, { env, partition, region: flags.region })
  return {
    arn: identity.arn,
    account: identity.account,
    userId: identity.userId,
    role: env.ROLECALL_ROLE_NAME,
    expiration: keys.expiration,
  }
}

/** The keys of the variables, or with `--server` those of its address, as AWS's tools find them. */
async function shellKeys(
  env: Terminal['env'],
): Promise<(CallerKeys & { readonly expiration: string | undefined }) | undefined> {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env
  if (accessKeyId && secretAccessKey) {
    const sessionToken = env.AWS_SESSION_TOKEN || undefined
    const expiration = env.AWS_CREDENTIAL_EXPIRATION
    return { accessKeyId, secretAccessKey, sessionToken, expiration }
  }
  if (!env.AWS_CONTAINER_CREDENTIALS_FULL_URI) return undefined
  try {
    const { expiration, ...keys } = await containerCredentials({ env }).get()
    return { sessionToken: undefined, ...keys, expiration: expiration?.toISOString() }
  } catch (error) {
    throw credentialFailure(error, undefined)
  }
}

async function commandIdentity(
  role: string | undefined,
  flags: WhoamiFlags,
  terminal: Terminal,
): Promise<Facts> {
  const command = await openCommand(flags, terminal)
  if (role === undefined) return await personOf(command)
  const taken = await takeRole({ role }, command)
  const { keys } = taken
  const { partition } = taken.role
  const { connection } = command
  const region = connection.region ?? keys.region ?? taken.role.region
  const http = (await command.parts()).sendToAws
  const surroundings = { env: terminal.env, region, partition, endpoint: keys.endpointUrl, http }
  const identity = await callerIdentity(keys, surroundings)
  return {
    arn: identity.arn,
    account: identity.account,
    userId: identity.userId,
    expiration: keys.expiration,
  }
}

async function personOf(command: RoleCommand): Promise<Facts> {
  const { connection } = command
  if (connection.provider !== 'Rolecall') {
    const { who, roles } = await command.signIn()
    return { connection: connection.name, who, roles: roles.length }
  }
  const { whoAmI } = await import('../sources/rolecall/rolecall.ts')
  const person = await whoAmI(connection, await command.parts())
  return {
    connection: connection.name,
    server: connection.url,
    username: person.username,
    name: person.displayName,
    email: person.email,
    id: person.id,
    source: person.source,
    groups: person.groups,
    signedIn: person.authenticatedAt,
    until: person.expiresAt,
  }
}

const rowsOf = (facts: Facts): readonly (readonly string[])[] =>
  Object.entries(facts).flatMap(([name, value]) => {
    const text = Array.isArray(value) ? value.join(', ') : String(value ?? '')
    return text === '' ? [] : [[name, printable(text)]]
  })
