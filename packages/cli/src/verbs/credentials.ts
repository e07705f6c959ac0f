import { AwsError, type CredentialSource, type Credentials, clockTeller } from '@rolecall/aws'
import { type RoleSourceOptions, roleSource } from '../agent/role-source.ts'
import { exitCodes } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import type { Terminal } from '../terminal.ts'
import { credentialFailure } from './credential-failure.ts'
import { warn } from './warn.ts'

/** The options of `rolecall credentials`. */
export interface CredentialsOptions {
  readonly profile?: string
  readonly roleArn?: readonly string[]
  readonly sessionName?: string
  readonly externalId?: string
  readonly duration?: number
  readonly region?: string
}

/** Holds the profiles that this command is asked for, in the environment of what it starts. */
const askedVariable = 'ROLECALL_CREDENTIALS_OF'

/**
 * `rolecall credentials`: Version 1 JSON (AWS SDKs and Tools Reference Guide, "Process credential
 * provider").
 */
export async function printCredentials(
  options: CredentialsOptions,
  terminal: Terminal,
): Promise<number> {
  const { roleArn: roleArns, duration: durationSeconds, ...rest } = options
  // As AWS's tools show it when they run such a process themselves.
  const onStderr = (text: string) => terminal.err.write(text)
  const onClockCorrected = clockTeller(problem => warn(terminal, problem))
  const asked = { ...rest, roleArns, durationSeconds, onStderr, onClockCorrected }
  const source = sourceFor(asked, terminal)
  const credentials = await unexpired(source).catch((error: unknown) => {
    throw credentialFailure(error, options.profile)
  })
  const document = {
    Version: 1,
    AccessKeyId: credentials.accessKeyId,
    SecretAccessKey: credentials.secretAccessKey,
    SessionToken: credentials.sessionToken,
    Expiration: credentials.expiration?.toISOString(),
    AccountId: credentials.accountId,
  }
  terminal.out.write(`${JSON.stringify(document)}\n`)
  return exitCodes.ok.code
}

/** What has an end in the past is of no use, and a program that gets it would ask without end. */
async function unexpired(source: CredentialSource): Promise<Credentials> {
  const credentials = await source.get()
  const { expiration } = credentials
  if (expiration === undefined || expiration > new Date()) return credentials
  const message = `${source.describe()}: the credentials ended at ${expiration.toISOString()}`
  throw new AwsError('expired_credentials', message)
}

/** A profile whose credential_process asks for itself would start processes without end. */
function sourceFor(options: RoleSourceOptions, terminal: Terminal) {
  const { AWS_PROFILE, AWS_DEFAULT_PROFILE } = terminal.env
  const profile = options.profile ?? (AWS_PROFILE || AWS_DEFAULT_PROFILE || 'default')
  const asked = (terminal.env[askedVariable] ?? '').split('\n').filter(Boolean)
  if (asked.includes(profile)) {
    throw new Failure(
      'configuration',
      `profile ${JSON.stringify(profile)} gets its credentials from a command that asks for this profile`,
      'give the profile with the keys another name, and name that one in credential_process',
    )
  }
  const env = { ...terminal.env, [askedVariable]: [...asked, profile].join('\n') }
  try {
    return roleSource(options, env)
  } catch (error) {
    throw credentialFailure(error, options.profile)
  }
}
