import type { Policy } from './document.ts'
import type { PolicyRequest } from './evaluate.ts'
import { evaluateIdentity, evaluateTrust } from './evaluate.ts'

/** The policies that decide whether an AWS caller may assume a role. */
export interface AssumePolicies {
  readonly trust: Policy
  /** Of the account that owns the role. */
  readonly roleAccountId: string
  /** Of the caller: a user's own, or those of the role that the session is of. */
  readonly identity: readonly Policy[]
  /** Passed when the caller's session was made; `undefined` when none was. */
  readonly session: readonly Policy[] | undefined
}

/**
 * IAM's evaluation for a role as the resource. Same account: a trust policy that names the caller (or everyone) is
 * enough; one that names the account leaves it to the caller's identity policies. Other account: both must allow.
 * A session policy must allow as well, whoever the trust policy names (stricter than IAM, where a trust policy that
 * names the session's own ARN passes it by). Any Deny refuses.
 */
export function isAllowed(policies: AssumePolicies, request: PolicyRequest): boolean {
  const trust = evaluateTrust(policies.trust, request)
  const identity = evaluateIdentity(policies.identity, request)
  if (trust === 'deny' || trust === 'none' || identity === 'deny') return false
  if (policies.session !== undefined && evaluateIdentity(policies.session, request) !== 'allow') {
    return false
  }
  const sameAccount = request.requester.accountId === policies.roleAccountId
  return (sameAccount && trust === 'direct') || identity === 'allow'
}
