import { holds } from './condition.ts'
import type { ConditionContext } from './context.ts'
import type { Policy, Statement } from './document.ts'
import type { Requester } from './principal.ts'
import { coverage } from './principal.ts'
import { expand, literal } from './variables.ts'
import { matchesWildcard } from './wildcard.ts'

/** What a policy is asked: who wants to do what, to which resource, under which facts. */
export interface PolicyRequest {
  readonly requester: Requester
  /** `sts:AssumeRole` and its like. */
  readonly action: string
  /** ARN of what is asked for, or `*`. */
  readonly resource: string
  readonly context: ConditionContext
}

/** A statement of a resource's policy that speaks of the requester: by name, or through its account's root only. */
export interface CoveringStatement extends Statement {
  readonly how: 'direct' | 'account'
}

/** The statements of a resource's policy (a role's trust policy) that speak of a request, whether they allow or deny. */
export function coveringStatements(policy: Policy, request: PolicyRequest): CoveringStatement[] {
  return policy.statements.flatMap(statement => {
    const how = coverage(statement.principals, request.requester)
    return how !== undefined && applies(statement, request) ? [{ ...statement, how }] : []
  })
}

/** Whether a trust policy lets in whom nobody signs for (SAML, web identity): it names the provider, and nothing denies. */
export function trustsFederated(policy: Policy, request: PolicyRequest): boolean {
  const covering = coveringStatements(policy, request)
  return (
    covering.some(({ how }) => how === 'direct') &&
    covering.every(({ effect }) => effect === 'Allow')
  )
}

/** Whether a trust policy lets in an AWS service: it names the service, for `*` means none, and nothing denies. */
export function trustsService(policy: Policy, request: PolicyRequest): boolean {
  const covering = coveringStatements(policy, request)
  const names = new Set(request.requester.arns)
  return (
    covering.every(({ effect }) => effect === 'Allow') &&
    covering.some(({ principals }) =>
      principals.some(one => one.kind === 'service' && names.has(one.arn)),
    )
  )
}

/** The statements of identity or session policies that speak of a request, whether they allow or deny. */
export function matchingStatements(
  policies: readonly Policy[],
  request: PolicyRequest,
): Statement[] {
  return policies
    .flatMap(policy => policy.statements)
    .filter(statement => applies(statement, request))
}

function applies(statement: Statement, request: PolicyRequest): boolean {
  const { actions, notActions, resources, notResources, conditions } = statement
  const action = request.action.toLowerCase()
  const resource = literal(request.resource)
  const isAction = (pattern: string) => matchesWildcard(pattern, action)
  const isResource = (pattern: string) => {
    const expanded = expand(pattern, request.context)
    return expanded !== undefined && matchesWildcard(expanded, resource)
  }
  return (
    (notActions === undefined ? actions.some(isAction) : !notActions.some(isAction)) &&
    (notResources === undefined ? resources.some(isResource) : !notResources.some(isResource)) &&
    conditions.every(condition => holds(condition, request.context))
  )
}
