import { Fault } from '../query/fault.ts'
import { requesterOf } from '../sts/caller.ts'
import type { RequestCaller } from '../sts/caller-of.ts'
import type { ConditionContext } from './context.ts'
import { type Decision, decide } from './decide.ts'
import type { Policy } from './document.ts'

/** What is asked for, when its ARN does not say all: an account other than the caller's, a policy of its own. */
export interface Resource {
  readonly arn: string
  readonly accountId: string
  readonly policy?: Policy | undefined
  /** Nobody may do anything without being named by the policy: the trust policy of a role. Default false. */
  readonly required?: boolean
}

/**
 * Whether a caller may do `action` (`s3:GetObject`) to a resource: an ARN (then of the caller's account), `*` for
 * actions that have none, or a `Resource`. `context` has the condition keys of this request, in lower case; those of
 * every request are the caller's already. Every service of the simulator asks here.
 */
export function authorize(
  caller: RequestCaller,
  action: string,
  resource: string | Resource,
  context: ConditionContext = new Map(),
): Decision {
  const {
    arn,
    accountId,
    policy,
    required = false,
  } = typeof resource === 'string' ? { arn: resource, accountId: caller.account.id } : resource
  // Partitions of AWS know nothing of each other, whatever a policy says ("*" is everyone of the same one).
  const [, partition] = arn.split(':')
  if (partition !== undefined && partition !== caller.account.partition) {
    return { allowed: false, explicitDeny: false, because: 'resource-based', matched: [] }
  }
  return decide(
    {
      identity: caller.identity,
      session: caller.sessionPolicies,
      resource: { accountId, policy, required },
    },
    {
      requester: requesterOf(caller),
      action,
      resource: arn,
      context: new Map([['aws:resourceaccount', [accountId]], ...caller.context, ...context]),
    },
  )
}

/** As `authorize`, but a no is thrown: 403 AccessDenied with AWS's text. */
export function demand(
  caller: RequestCaller,
  action: string,
  resource: string | Resource,
  context?: ConditionContext,
): void {
  const decision = authorize(caller, action, resource, context)
  if (decision.allowed) return
  throw new Fault(403, 'AccessDenied', denialText(caller, action, resource, decision))
}

/** AWS's text for a no (IAM guide, "Troubleshoot access denied error messages"). */
export function denialText(
  caller: RequestCaller,
  action: string,
  resource: string | Resource,
  decision: Decision,
): string {
  const arn = typeof resource === 'string' ? resource : resource.arn
  const why = decision.explicitDeny
    ? `with an explicit deny in ${decision.because === 'identity-based' ? 'an' : 'a'} ${decision.because} policy`
    : `because no ${decision.because} policy allows the ${action} action`
  return `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${arn} ${why}`
}
