import type { RolePriority, StsParams } from './types.ts'

/** What may name a role for a call. */
export interface NamedRoles {
  /** `aws_iam_role`. */
  readonly adapterRole?: string | undefined
  /** `authData.roleName`. */
  readonly callRole?: string | undefined
  /** `authData.stsParams`. */
  readonly stsParams?: StsParams | undefined
}

/**
 * The roles to take one after the other, the last of which signs; none: the base identity signs. The base
 * identity takes the first one. The README has the table.
 */
export function chooseRoles(named: NamedRoles, priority: RolePriority): readonly StsParams[] {
  const role = (RoleArn: string | undefined) => (RoleArn === undefined ? undefined : { RoleArn })
  const adapterRole = role(named.adapterRole)
  const callRole = role(named.callRole)
  const { stsParams } = named
  const chosen =
    priority === 'call'
      ? [stsParams ?? callRole ?? adapterRole]
      : adapterRole === undefined
        ? [callRole, stsParams]
        : [adapterRole, callRole ?? stsParams]
  return chosen.filter(each => each !== undefined)
}
