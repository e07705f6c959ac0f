/** Why a principal may take a role, or may not. Plain data. */
import type { RoleOffer } from '../nouns.ts'
import type { Ask } from './types.ts'

/** What became of a rule. */
export type Verdict =
  /** It gives the role. */
  | 'given'
  /** It would, and another rule that can do more gives it. */
  | 'outdone'
  /** It would, and a rule denies it. */
  | 'denied'
  /** It denies. */
  | 'denies'
  /** It does not hold. */
  | 'refused'

/** One rule in an explanation. */
export interface GrantExplanation {
  readonly name: string
  readonly file: string
  readonly line: number
  readonly effect: 'allow' | 'deny'
  readonly verdict: Verdict
  /** What made it hold, or the first thing that failed and what was found. */
  readonly reason: string
  /** `prod/Admin`: the first ten of the roles that this is about. */
  readonly roles: readonly string[]
  readonly roleCount: number
}

/** An answer to "why", the most useful rules first. */
export interface Explanation {
  readonly principal: string
  readonly asked: Ask
  readonly offers: readonly RoleOffer[]
  readonly grants: readonly GrantExplanation[]
  /** Rules that could have been told too. */
  readonly omitted: number
  /** What is wrong with the question itself: an account or a role that nothing knows. */
  readonly remark: string | undefined
}
