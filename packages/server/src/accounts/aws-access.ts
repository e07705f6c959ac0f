/** How the discovery reaches AWS: with roles that it takes, through the gateway's own HTTP and clock. */
import {
  type Credentials,
  type HttpSend,
  type Partition,
  partitionOf,
  type ReaderOptions,
  type StsClient,
} from '@rolecall/aws'
import type { Config } from '../config/config.ts'

/** The gateway's clients, as its configuration of this moment has them. */
export interface DiscoveryAws {
  readonly sts: () => StsClient
  /** STS with the credentials of this role. */
  readonly through: (roleArn: string) => StsClient
  readonly http: HttpSend
}

/** A role to read with; undefined `arn`: the gateway's own credentials. */
export interface ReadingRole {
  readonly arn: string | undefined
  readonly externalId: string | undefined
  /** The ARN of a role that is taken first. */
  readonly through?: string | undefined
}

const sessionName = 'rolecall-discovery'
/** The longest that every role allows, and long enough to read an account that is throttled. */
const sessionSeconds = 3600

/** The partition whose accounts can be read: that of the gateway's own credentials. */
export function ownPartition({ aws }: Pick<Config, 'aws'>): Partition {
  return partitionOf(aws.region).id
}

/** What a reader needs to read as this role. Throws `AwsError`, and what the gateway's own credentials throw. */
export async function readAs(
  { arn, externalId, through }: ReadingRole,
  config: Pick<Config, 'aws'>,
  aws: DiscoveryAws,
  now: () => Date,
): Promise<Omit<ReaderOptions, 'endpoint'>> {
  const sts = through === undefined ? aws.sts() : aws.through(through)
  const shared = {
    partition: ownPartition(config),
    http: aws.http,
    // STS may have found out that the clock is off.
    now: () => new Date(now().getTime() + sts.clockOffsetMs),
  }
  if (arn === undefined) return { ...shared, credentials: config.aws.credentials }
  const { credentials } = await sts.assumeRole({
    roleArn: arn,
    roleSessionName: sessionName,
    durationSeconds: sessionSeconds,
    externalId,
  })
  return { ...shared, credentials: source(credentials, arn) }
}

function source(credentials: Credentials, arn: string) {
  return { get: async () => credentials, describe: () => `role ${arn}` }
}
