import { hostname, userInfo } from 'node:os'
import {
  type CredentialSource,
  cachedCredentials,
  defaultCredentialChain,
  parseRoleArn,
  profileCredentials,
  roleCredentials,
  roleSessionName,
  type SourceStsOptions,
} from '@rolecall/aws'
import { awsHttp } from './aws-http.ts'
import { endingCredentials } from './session-source.ts'

/** Where the credentials of a role come from. */
export interface RoleSourceOptions {
  /** A profile of the shared files. Default: the default chain. */
  readonly profile?: string | undefined
  /** Instead of a profile or the chain. */
  readonly base?: CredentialSource | undefined
  /** Roles that are taken one after the other, each with the credentials of the one before. */
  readonly roleArns?: readonly string[] | undefined
  /** Default: who runs this, and where: `alice@laptop`. */
  readonly sessionName?: string | undefined
  /** Of the last role. */
  readonly externalId?: string | undefined
  /** Of the last role. */
  readonly durationSeconds?: number | undefined
  /** Where STS is called. Default: AWS_REGION, AWS_DEFAULT_REGION, the partition's own. */
  readonly region?: string | undefined
  /** Takes what a `credential_process` says to people; it may hold a secret. Default: nobody. */
  readonly onStderr?: ((text: string) => void) | undefined
  /** Told when the clock of this machine is found wrong. */
  readonly onClockCorrected?: SourceStsOptions['onClockCorrected'] | undefined
}

type Environment = Readonly<Record<string, string | undefined>>

/** The credentials of a profile, of the default chain, or of roles on top of them: got at each call. */
export function roleSource(options: RoleSourceOptions, env: Environment): CredentialSource {
  const { base, roleArns = [], externalId } = options
  const sessionName = options.sessionName ?? defaultSessionName()
  const clock = clockOf(options)
  let source = base ?? baseSource(options, env)
  for (const [index, roleArn] of roleArns.entries()) {
    const isLast = index === roleArns.length - 1
    source = roleCredentials({
      // Kept where they only sign; those of the last role are the caller's to keep.
      source: cachedCredentials(source),
      roleArn,
      roleSessionName: sessionName,
      ...(isLast ? { externalId, durationSeconds: options.durationSeconds } : {}),
      sts: { ...stsOptions(options.region, env, parseRoleArn(roleArn).partition), ...clock },
    })
  }
  return source
}

/** As {@link roleSource}, of long-term keys a session, so that all of them end; kept and renewed. */
export function endingRoleSource(options: RoleSourceOptions, env: Environment): CredentialSource {
  const sts = { ...stsOptions(options.region, env, 'aws-global'), ...clockOf(options) }
  return cachedCredentials(endingCredentials(roleSource(options, env), sts))
}

/** Where STS is called: by option, by the variables that AWS's tools read, else for the partition. */
export function stsOptions(
  region: string | undefined,
  env: Environment,
  partition: string,
): SourceStsOptions {
  const ignored = /^true$/i.test(env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS ?? '')
  const endpoint = ignored ? undefined : env.AWS_ENDPOINT_URL_STS || env.AWS_ENDPOINT_URL
  return {
    region: region ?? (env.AWS_REGION || env.AWS_DEFAULT_REGION || partition),
    ...(endpoint ? { endpoint } : {}),
    http: awsHttp(env),
  }
}

function baseSource(options: RoleSourceOptions, env: Environment): CredentialSource {
  const { profile, region, onStderr } = options
  const sts = { ...(region === undefined ? {} : { region }), ...clockOf(options) }
  if (profile === undefined) return defaultCredentialChain({ env, onStderr, sts })
  return profileCredentials({ profile, env, onStderr, sts })
}

const clockOf = ({ onClockCorrected }: RoleSourceOptions) =>
  onClockCorrected === undefined ? {} : { onClockCorrected }

/** AWS's log shows it. */
function defaultSessionName(): string {
  return roleSessionName(`${userName()}@${hostname().split('.')[0] ?? ''}`).value
}

/** A process may run as a number that has no name. */
function userName(): string {
  try {
    return userInfo().username
  } catch {
    return `uid-${process.getuid?.() ?? 'unknown'}`
  }
}
