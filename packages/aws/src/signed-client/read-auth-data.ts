import { AwsError } from '../errors.ts'
import { parseRoleArn } from '../identifiers/arn.ts'
import { chainedRoleMaxSeconds } from '../sts/duration-limits.ts'
import type { AssumeRoleInput } from '../sts/types.ts'
import type { NamedRoles } from './choose-roles.ts'
import { readStsParams } from './read-sts-params.ts'
import type { AuthData, StsParams } from './types.ts'

/**
 * The roles that a call names. A call that names a role badly is refused: signing as somebody else, or
 * without the session policy that was meant, would be worse. Throws {@link AwsError} `invalid_argument`
 * or `bad_arn`.
 */
export function readAuthData(
  authData: AuthData | null | undefined,
): Omit<NamedRoles, 'adapterRole'> {
  // Adapters pass null for what is not there.
  if (authData === undefined || authData === null) return {}
  for (const key of Object.keys(authData)) {
    if (key !== 'stsParams' && key !== 'roleName') {
      throw invalid(`authData.${key}`, 'stsParams or roleName; there is no such key')
    }
  }
  const roleName = authData.roleName ?? undefined
  const stsParams = authData.stsParams ?? undefined
  if (roleName !== undefined && typeof roleName !== 'string')
    throw invalid('authData.roleName', 'the ARN of a role')
  if (roleName) parseRoleArn(roleName)
  if (stsParams === undefined) return { callRole: roleName || undefined }
  if (typeof stsParams !== 'object') {
    throw invalid('authData.stsParams', 'an object with RoleArn')
  }
  return { callRole: roleName || undefined, stsParams: readStsParams(stsParams) }
}

/**
 * What AssumeRole is called with. `isChained`: the caller of AssumeRole is a role session, for which AWS
 * gives one hour at most (IAM User Guide, "Role chaining"). Throws {@link AwsError} `role_chaining` or
 * `invalid_argument`.
 */
export function assumeRoleInput(
  params: StsParams,
  defaults: { readonly roleSessionName: string; readonly externalId: string | undefined },
  isChained: boolean,
): AssumeRoleInput {
  const { DurationSeconds: durationSeconds } = params
  if (isChained && durationSeconds !== undefined && durationSeconds > chainedRoleMaxSeconds) {
    throw new AwsError(
      'role_chaining',
      `authData.stsParams.DurationSeconds: expected at most ${chainedRoleMaxSeconds}, as the role is taken with the credentials of another role; received ${durationSeconds}`,
    )
  }
  return {
    roleArn: params.RoleArn,
    roleSessionName: params.RoleSessionName || defaults.roleSessionName,
    externalId: params.ExternalId || defaults.externalId || undefined,
    durationSeconds,
    policy: params.Policy,
    policyArns: params.PolicyArns?.map(({ arn }) => arn),
    tags: tagsOf(params.Tags),
    transitiveTagKeys: params.TransitiveTagKeys,
    sourceIdentity: params.SourceIdentity,
    serialNumber: params.SerialNumber,
    tokenCode: params.TokenCode,
  }
}

function tagsOf(tags: StsParams['Tags']): Readonly<Record<string, string>> | undefined {
  if (tags === undefined) return undefined
  const byKey: Record<string, string> = Object.create(null)
  // Sorted: their order makes no other session.
  for (const { Key, Value } of tags.toSorted((a, b) => (a.Key < b.Key ? -1 : 1))) {
    if (byKey[Key] !== undefined) {
      throw invalid('authData.stsParams.Tags', `each key once; ${Key} stands twice`)
    }
    byKey[Key] = Value
  }
  return byKey
}

function invalid(key: string, expected: string): AwsError {
  return new AwsError('invalid_argument', `${key}: expected ${expected}`)
}
