import type { Policy, Statement } from './document.ts'
import { coveringStatements, matchingStatements, type PolicyRequest } from './evaluate.ts'

/** The policies that decide about a request. */
export interface DecidingPolicies {
  /** Of the caller: a user's own, or those of the role that the session is of. */
  readonly identity: readonly Policy[]
  /** Passed when the caller's session was made; `undefined` when none was. */
  readonly session: readonly Policy[] | undefined
  /** Of the resource: `required` for a role's trust policy, without which nobody may do anything. */
  readonly resource: {
    readonly accountId: string
    readonly policy: Policy | undefined
    readonly required: boolean
  }
}

/** Yes or no, and why. */
export interface Decision {
  readonly allowed: boolean
  readonly explicitDeny: boolean
  /** Of a no: the kind of policy that denies, or that does not allow. */
  readonly because: 'identity-based' | 'session' | 'resource-based' | undefined
  /** The statements that deny or allow. */
  readonly matched: readonly Statement[]
}

/**
 * IAM's evaluation, in one account and over two. Same account: a resource's policy that names the caller (or everyone)
 * is enough; one that names the account leaves it to the caller's identity policies. Other account: both must allow. A
 * session policy must allow as well, whoever the resource's policy names (stricter than IAM, where one that names the
 * session's own ARN passes it by). Any Deny refuses.
 */
export function decide(policies: DecidingPolicies, request: PolicyRequest): Decision {
  const { resource, session } = policies
  const found = {
    'identity-based': matchingStatements(policies.identity, request),
    session: matchingStatements(session ?? [], request),
    'resource-based': resource.policy ? coveringStatements(resource.policy, request) : [],
  }
  for (const because of ['identity-based', 'session', 'resource-based'] as const) {
    const matched = found[because].filter(({ effect }) => effect === 'Deny')
    if (matched.length > 0) return { allowed: false, explicitDeny: true, because, matched }
  }
  const no = (because: Decision['because']) =>
    ({ allowed: false, explicitDeny: false, because, matched: [] }) as const
  const sameAccount = request.requester.accountId === resource.accountId
  const isCovered = found['resource-based'].length > 0
  if ((resource.required || !sameAccount) && !isCovered) return no('resource-based')
  const isNamed = found['resource-based'].some(({ how }) => how === 'direct')
  const byResource = sameAccount && isNamed
  if (!byResource && found['identity-based'].length === 0) return no('identity-based')
  if (session !== undefined && found.session.length === 0) return no('session')
  const matched = [...found['identity-based'], ...found['resource-based']]
  return { allowed: true, explicitDeny: false, because: undefined, matched }
}
