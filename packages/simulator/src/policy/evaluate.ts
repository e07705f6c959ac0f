import type { ConditionContext } from './condition.ts'
import { holds } from './condition.ts'
import type { Policy, Statement } from './document.ts'
import type { Requester } from './principal.ts'
import { coverage } from './principal.ts'
import { matchesWildcard } from './wildcard.ts'

/** What a policy is asked: who wants to do what, to which resource, under which facts. */
export interface PolicyRequest {
  readonly requester: Requester
  /** `sts:AssumeRole` and its like. */
  readonly action: string
  /** ARN of the role asked for. */
  readonly resource: string
  readonly context: ConditionContext
}

/** `direct`: allowed, and the requester (or everyone) is named; `account`: allowed through the account's root only. */
export type TrustDecision = 'deny' | 'none' | 'account' | 'direct'

/** What a role's trust policy says about a request. An explicit Deny wins. */
export function evaluateTrust(policy: Policy, request: PolicyRequest): TrustDecision {
  let decision: TrustDecision = 'none'
  for (const statement of policy.statements) {
    const how = coverage(statement.principals, request.requester)
    if (how === undefined || !applies(statement, request)) continue
    if (statement.effect === 'Deny') return 'deny'
    if (decision !== 'direct') decision = how
  }
  return decision
}

/** What a set of identity policies says about a request. An explicit Deny wins. */
export function evaluateIdentity(
  policies: readonly Policy[],
  request: PolicyRequest,
): 'deny' | 'none' | 'allow' {
  const matching = policies
    .flatMap(policy => policy.statements)
    .filter(statement => applies(statement, request))
  if (matching.some(statement => statement.effect === 'Deny')) return 'deny'
  return matching.length > 0 ? 'allow' : 'none'
}

function applies(statement: Statement, request: PolicyRequest): boolean {
  const action = request.action.toLowerCase()
  return (
    statement.actions.some(pattern => matchesWildcard(pattern, action)) &&
    statement.resources.some(pattern => matchesWildcard(pattern, request.resource)) &&
    statement.conditions.every(condition => holds(condition, request.context))
  )
}
