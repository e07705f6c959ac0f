import { AwsError } from '../errors.ts'
import { StsClient } from '../sts/sts-client.ts'
import type { AssumeRoleInput, StsClientOptions } from '../sts/types.ts'
import { type CredentialSource, type Credentials, redactable } from './credentials.ts'

/** Where and how STS is called on behalf of a source. */
export type SourceStsOptions = Omit<StsClientOptions, 'credentials'>

/** Asks a person for the six digits that an MFA device shows now. */
export type MfaCode = (serialNumber: string) => Promise<string>

/** The role, and the credentials that take it. */
export interface RoleCredentialsOptions extends Omit<AssumeRoleInput, 'tokenCode'> {
  readonly source: CredentialSource
  readonly sts: SourceStsOptions
  /** Called at each `get` when `serialNumber` is given; a code is good once. */
  readonly mfaCode?: MfaCode | undefined
}

/**
 * The credentials of a role that `source` may take: STS AssumeRole at each `get`, so keep them with
 * `cachedCredentials`. Sources of this kind chain; a role taken by a role lasts one hour at most (IAM User
 * Guide, "Role chaining"). Throws {@link AwsError}: the source's, those of `StsClient.assumeRole`,
 * `mfa_code_needed`.
 */
export function roleCredentials(options: RoleCredentialsOptions): CredentialSource {
  const { source, sts, mfaCode, ...input } = options
  const client = new StsClient({ ...sts, credentials: source })
  const describe = () => `role ${input.roleArn} through ${source.describe()}`
  const get = async (): Promise<Credentials> => {
    const tokenCode = await codeOf(input.serialNumber, mfaCode, input.roleArn)
    const { credentials, assumedRoleUser } = await client.assumeRole({ ...input, tokenCode })
    return byOwnClock(withAccount(credentials, assumedRoleUser.arn), client.clockOffsetMs)
  }
  return Object.freeze({ get, describe })
}

/**
 * Credentials that end by the clock of whoever got them, so many milliseconds behind that of AWS: who keeps them
 * compares their end with that clock, and would give them out when they have ended, or never.
 */
export function byOwnClock(credentials: Credentials, clockOffsetMs: number): Credentials {
  const { expiration } = credentials
  if (expiration === undefined || clockOffsetMs === 0) return credentials
  const end = new Date(expiration.getTime() - clockOffsetMs)
  return redactable({ ...credentials, expiration: end })
}

/** Credentials with the account of the session's ARN, when it has one. */
export function withAccount(credentials: Credentials, sessionArn: string): Credentials {
  const [, accountId] = /^arn:[a-z0-9-]+:sts::(\d{12}):/.exec(sessionArn) ?? []
  return accountId === undefined ? credentials : redactable({ ...credentials, accountId })
}

async function codeOf(
  serialNumber: string | undefined,
  mfaCode: MfaCode | undefined,
  roleArn: string,
): Promise<string | undefined> {
  if (serialNumber === undefined) return undefined
  if (mfaCode === undefined) {
    throw new AwsError(
      'mfa_code_needed',
      `role ${roleArn} is to be taken with the MFA device ${serialNumber}, and nobody can be asked for its code`,
    )
  }
  return (await mfaCode(serialNumber)).trim()
}
