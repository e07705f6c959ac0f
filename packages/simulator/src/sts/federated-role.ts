import { trustsFederated } from '../policy/evaluate.ts'
import { accessDenied } from '../query/fault.ts'
import type { LoadedAccount, LoadedRole } from '../world/loaded.ts'
import type { StsState } from './operation.ts'
import { type AssumeContext, conditionContext } from './request-context.ts'

/**
 * The role that a federated identity asks for, when it is of the provider's account and its trust policy allows every
 * action that the request amounts to. Throws AccessDenied naming the first that is not; an unknown role gets the same.
 */
export function federatedRole(
  state: StsState,
  provider: { readonly account: LoadedAccount; readonly arn: string },
  operation: 'sts:AssumeRoleWithSAML' | 'sts:AssumeRoleWithWebIdentity',
  roleArn: string,
  request: Omit<AssumeContext, 'role'>,
): LoadedRole {
  const role = state.world.roles.get(roleArn)
  const { id: accountId, partition } = provider.account
  if (role === undefined || role.account.id !== accountId) throw notAuthorized(operation)
  // Nobody signs the request, so these are all the keys that it has.
  const context = new Map([
    ...conditionContext({ ...request, role }),
    ['aws:securetransport', ['true']] as const,
  ])
  const requester = { kind: 'federated', partition, accountId, arns: [provider.arn] } as const
  const actions: string[] = [operation]
  if (request.tags.size > 0) actions.push('sts:TagSession')
  if (request.sourceIdentity !== undefined) actions.push('sts:SetSourceIdentity')
  for (const action of actions) {
    const asked = { requester, action, resource: role.arn, context }
    if (!trustsFederated(role.trust, asked)) throw notAuthorized(action)
  }
  return role
}

/** 403 AccessDenied, as AWS words it for who has no ARN yet. */
export const notAuthorized = (action: string) => accessDenied(`Not authorized to perform ${action}`)
