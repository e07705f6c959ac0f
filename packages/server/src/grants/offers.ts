/** What you may be: from the rules to the roles that a principal may take. Deny by default. */
import type { DeliveryForm, Grant, Principal, RoleOffer } from '../nouns.ts'
import { matchGrant } from './match-grant.ts'

/** An answer to "may this principal take this role": the offer, or the grants that would give it. */
export type Decision =
  | { readonly offer: RoleOffer }
  | { readonly offer: undefined; readonly wouldNeed: readonly Grant[] }

/**
 * All roles that the principal may take, by account alias and role name. A role that several grants
 * give comes once, by the grant with the longest duration; among equals the first in the file.
 */
export function offersFor(principal: Principal, grants: readonly Grant[]): readonly RoleOffer[] {
  const best = new Map<string, RoleOffer>()
  for (const grant of grants) {
    const reason = matchGrant(principal, grant)
    if (reason === undefined) continue
    const known = best.get(grant.roleArn)
    if (known !== undefined && known.durationSeconds >= grant.durationSeconds) continue
    best.set(grant.roleArn, makeOffer(grant, reason))
  }
  return [...best.values()].sort(
    (a, b) =>
      compare(a.account.alias, b.account.alias) ||
      compare(a.roleName, b.roleName) ||
      compare(a.roleArn, b.roleArn),
  )
}

/** Decides on one role of one account, named by alias and role name. */
export function decideRole(
  principal: Principal,
  grants: readonly Grant[],
  role: { readonly account: string; readonly role: string },
): Decision {
  return decide(
    principal,
    grants.filter(grant => grant.account.alias === role.account && grant.roleName === role.role),
  )
}

/** Decides on a target: the grants that carry this path. */
export function decideTarget(
  principal: Principal,
  grants: readonly Grant[],
  path: string,
): Decision {
  return decide(
    principal,
    grants.filter(grant => grant.path === path),
  )
}

function decide(principal: Principal, candidates: readonly Grant[]): Decision {
  const [offer] = offersFor(principal, candidates)
  return offer === undefined ? { offer, wouldNeed: candidates } : { offer }
}

const bothForms: readonly DeliveryForm[] = Object.freeze(['console', 'credentials'] as const)

function makeOffer(grant: Grant, reason: string): RoleOffer {
  const { name, line, path } = grant
  return Object.freeze({
    grant: Object.freeze({ name, line, path }),
    account: grant.account,
    roleArn: grant.roleArn,
    roleName: grant.roleName,
    durationSeconds: grant.durationSeconds,
    maxSessionSeconds: undefined,
    forms: bothForms,
    policy: undefined,
    policyArns: [],
    tags: [],
    transitiveTagKeys: [],
    sourceIdentity: undefined,
    destination: grant.destination,
    region: undefined,
    reason,
  })
}

/** By code unit, so that the order is the same on every machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
