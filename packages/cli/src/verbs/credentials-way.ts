import { listConnections } from '../connections/choose-connection.ts'
import { Failure } from '../failure.ts'
import type { CommandFlags } from '../keys/open-command.ts'
import type { Terminal } from '../terminal.ts'
import type { CredentialsOptions } from './credentials.ts'

type Flags = CommandFlags & CredentialsOptions

/** The options that are for AWS's own profiles and nothing else. */
const ofProfiles = {
  profile: '--profile',
  roleArn: '--role-arn',
  sessionName: '--session-name',
  externalId: '--external-id',
} as const

/** `rolecall credentials`: of a role that a connection gives, or of AWS's own profiles and variables. */
export async function credentials(
  role: string | undefined,
  flags: Flags,
  terminal: Terminal,
): Promise<number> {
  const named = role ?? flags.role
  const chained = Object.entries(ofProfiles).find(([key]) => key in flags)
  const isOfConnection =
    named !== undefined || Boolean(flags.connection || flags.idpAccount || flags.url)
  if (chained !== undefined && isOfConnection) {
    throw new Failure(
      'usage',
      `${chained[1]} is for AWS's own profiles, and a role or connection of yours is named too`,
      'leave one of both out',
    )
  }
  if (chained !== undefined || (!isOfConnection && !(await hasConnection(flags, terminal)))) {
    const { printCredentials } = await import('./credentials.ts')
    return await printCredentials(flags, terminal)
  }
  const { printRoleCredentials } = await import('./credentials-of-role.ts')
  const { duration } = flags
  const given = duration === undefined ? flags : { ...flags, sessionDuration: String(duration) }
  return await printRoleCredentials(named, given, terminal)
}

async function hasConnection(flags: Flags, { env }: Terminal): Promise<boolean> {
  if (env.ROLECALL_CONNECTION || env.SAML2AWS_IDP_ACCOUNT || env.ROLECALL_URL) return true
  return (await listConnections(env, flags)).length > 0
}
