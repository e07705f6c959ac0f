import {
  AwsError,
  type CallerIdentity,
  type HttpSend,
  StsClient,
  staticCredentials,
} from '@rolecall/aws'
import { stsOptions } from '../agent/role-source.ts'
import { Failure } from '../failure.ts'

/** Keys as a program has them. */
export interface CallerKeys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string | undefined
}

/** Who AWS takes the holder of the keys for. Throws `Failure` `credentials` or `network`. */
export async function callerIdentity(
  keys: CallerKeys,
  {
    env,
    region,
    partition = 'aws',
    endpoint,
    http,
  }: {
    readonly env: Readonly<Record<string, string | undefined>>
    readonly region?: string | undefined
    readonly partition?: string | undefined
    readonly endpoint?: string | undefined
    readonly http?: HttpSend | undefined
  },
): Promise<CallerIdentity> {
  const { accessKeyId, secretAccessKey, sessionToken } = keys
  const given = {
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === undefined ? {} : { sessionToken }),
  }
  const client = new StsClient({
    ...stsOptions(region, env, partition),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(http === undefined ? {} : { http }),
    credentials: staticCredentials(given),
  })
  try {
    return await client.getCallerIdentity()
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    const reason = error.fault === 'network' ? 'network' : 'credentials'
    throw new Failure(reason, `AWS does not say who that is: ${error.message}`, error.remedy)
  }
}
