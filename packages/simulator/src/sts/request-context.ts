import type { ConditionContext } from '../policy/condition.ts'
import type { LoadedRole } from '../world/loaded.ts'
import type { Caller } from './caller.ts'

/** What a request to assume a role asks for, as far as conditions can see it. */
export interface AssumeContext {
  readonly role: LoadedRole
  readonly roleSessionName: string
  readonly externalId: string | undefined
  readonly sourceIdentity: string | undefined
  readonly tags: ReadonlyMap<string, string>
  readonly transitiveTagKeys: readonly string[]
  /** Further keys: those of the SAML assertion. */
  readonly extra?: Readonly<Record<string, string | undefined>>
}

/** The condition keys of a request, in lower case. `caller` is undefined for AssumeRoleWithSAML, which nobody signs. */
export function conditionContext(
  request: AssumeContext,
  caller: Caller | undefined,
): ConditionContext {
  const context = new Map<string, readonly string[]>()
  const one = (key: string, value: string | undefined) => {
    if (value !== undefined) context.set(key.toLowerCase(), [value])
  }
  const many = (key: string, values: readonly string[]) => {
    if (values.length > 0) context.set(key.toLowerCase(), values)
  }
  one('sts:RoleSessionName', request.roleSessionName)
  one('sts:ExternalId', request.externalId)
  one('sts:SourceIdentity', request.sourceIdentity)
  many('sts:TransitiveTagKeys', request.transitiveTagKeys)
  many('aws:TagKeys', [...request.tags.keys()])
  for (const [key, value] of request.tags) one(`aws:RequestTag/${key}`, value)
  for (const [key, value] of request.role.tags) one(`aws:ResourceTag/${key}`, value)
  for (const [key, value] of Object.entries(request.extra ?? {})) one(key, value)
  // AWS has no other transport; that the simulator listens in the clear is not what policies are about.
  one('aws:SecureTransport', 'true')
  if (caller === undefined) return context
  one('aws:PrincipalArn', caller.principalArn)
  one('aws:PrincipalAccount', caller.account.id)
  one('aws:PrincipalType', caller.kind === 'role' ? 'AssumedRole' : 'User')
  one('aws:userid', caller.userId)
  one('aws:username', caller.userName)
  one('aws:SourceIdentity', caller.sourceIdentity)
  // Long-term keys have no such key at all; sessions of the simulator are never made with a second factor.
  one('aws:MultiFactorAuthPresent', caller.temporary ? 'false' : undefined)
  for (const [key, value] of caller.tags) one(`aws:PrincipalTag/${key}`, value)
  return context
}
