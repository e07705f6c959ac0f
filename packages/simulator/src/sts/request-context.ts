import type { ConditionContext } from '../policy/context.ts'
import type { LoadedRole } from '../world/loaded.ts'

/** What a request to assume a role asks for, as far as conditions can see it. */
export interface AssumeContext {
  readonly role: LoadedRole
  readonly roleSessionName: string
  readonly externalId?: string | undefined
  readonly sourceIdentity: string | undefined
  readonly tags: ReadonlyMap<string, string>
  readonly transitiveTagKeys: readonly string[]
  /** Further keys: those of the SAML assertion, of the web token, of a second factor. */
  readonly extra?: Readonly<Record<string, string | readonly string[] | undefined>> | undefined
}

/** The condition keys of a request to assume a role, in lower case; those of the caller are not among them. */
export function conditionContext(request: AssumeContext): ConditionContext {
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
  for (const [key, value] of Object.entries(request.extra ?? {})) {
    if (typeof value === 'string' || value === undefined) one(key, value)
    else many(key, value)
  }
  return context
}
