import { hostname, userInfo } from 'node:os'
import {
  type CredentialSource,
  cachedCredentials,
  credentialChain,
  environmentCredentials,
  parseRoleArn,
  partitionOf,
  profileCredentials,
  roleCredentials,
  roleSessionName,
} from '@rolecall/aws'

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
}

type Environment = Readonly<Record<string, string | undefined>>

/** The cached credentials of a profile, of the default chain, or of roles on top of them. */
export function roleSource(options: RoleSourceOptions, env: Environment): CredentialSource {
  const { base, profile, roleArns = [], externalId } = options
  const region = options.region ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION
  const endpoint = env.AWS_ENDPOINT_URL_STS ?? env.AWS_ENDPOINT_URL
  const sessionName = options.sessionName ?? defaultSessionName()
  let source = cachedCredentials(base ?? baseSource(profile, env))
  for (const [index, roleArn] of roleArns.entries()) {
    const isLast = index === roleArns.length - 1
    const { partition } = parseRoleArn(roleArn)
    source = cachedCredentials(
      roleCredentials({
        source,
        roleArn,
        roleSessionName: sessionName,
        ...(isLast ? { externalId, durationSeconds: options.durationSeconds } : {}),
        sts: {
          region: region ?? partitionOf(partition).globalRegion,
          ...(endpoint === undefined ? {} : { endpoint }),
        },
      }),
    )
  }
  return source
}

function baseSource(profile: string | undefined, env: Environment): CredentialSource {
  if (profile !== undefined) return profileCredentials({ profile, env })
  return credentialChain([
    { name: 'environment', source: environmentCredentials(env) },
    { name: 'profile', source: profileCredentials({ env }) },
  ])
}

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
