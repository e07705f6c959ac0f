import { isDeepStrictEqual } from 'node:util'
import type { RoleOffer } from '../nouns.ts'

/**
 * Whether an offer of now gives what an earlier one gave: the same role with the same limits, for as long
 * or longer. A narrower grant, or one that only differs, does not cover a session of before.
 */
export function isSameRole(now: RoleOffer, before: RoleOffer): boolean {
  return (
    now.roleArn === before.roleArn &&
    now.durationSeconds >= before.durationSeconds &&
    now.sourceIdentity === before.sourceIdentity &&
    isDeepStrictEqual(limitsOf(now), limitsOf(before))
  )
}

function limitsOf({ policy, policyArns, tags, transitiveTagKeys, account }: RoleOffer) {
  return { policy, policyArns, tags, transitiveTagKeys, via: account.via }
}
