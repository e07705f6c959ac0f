/** What the files of this folder hand to each other. */
import type { Expression } from '../config/expression.ts'
import type { GrantRule } from '../config/grant-rule.ts'
import type { NamePattern } from '../config/name-pattern.ts'
import type { Account, KnownRole } from '../nouns.ts'

/** What a decision depends on beside the principal. */
export interface At {
  readonly now: Date
  /** The client's address, as the HTTP edge found it: a trusted proxy's where that does not say whose. */
  readonly address: string
}

/** What is asked for; what is undefined is not asked. */
export interface Ask {
  /** An alias. */
  readonly account?: string | undefined
  /** A name without its path. */
  readonly role?: string | undefined
}

/** A rule with its texts read. */
export interface CompiledRule {
  readonly rule: GrantRule
  /** The place in the file: the earlier one wins among equals. */
  readonly order: number
  readonly pattern: NamePattern | undefined
  readonly machine: MachineMatcher | undefined
  readonly when: Expression<boolean> | undefined
  readonly tags: readonly { readonly key: string; readonly value: Expression<string> }[]
  readonly sourceIdentity: Expression<string> | undefined
}

/** What the named groups of a pattern held. */
export type Captures = Readonly<Record<string, string>>

/** Whether a machine is meant: what its name's groups held, or the first thing that does not fit. */
export type MachineMatcher = (machine: {
  readonly host: string
  readonly domain: string
  readonly address: string
}) => { readonly captures: Captures } | { readonly unfit: string }

/** A role of an account. */
export interface Target {
  readonly account: Account
  readonly path: string
  readonly name: string
  readonly arn: string
  /** What IAM says of it, where that was discovered. */
  readonly known: KnownRole | undefined
}

/** A rule whose words about the principal hold, and by what. */
export interface Match {
  readonly compiled: CompiledRule
  readonly by: MatchedBy
  readonly captures: Captures
  /** Of a rule by role tags: the roles whose tags name the principal. */
  readonly targets: readonly Target[] | undefined
}

/** Why the words about the principal hold. */
export type MatchedBy =
  | { readonly kind: 'everyone' }
  | { readonly kind: 'user'; readonly name: string }
  | { readonly kind: 'group'; readonly name: string }
  | { readonly kind: 'groups'; readonly names: readonly string[] }
  | { readonly kind: 'machine'; readonly name: string }
  | { readonly kind: 'tag'; readonly tag: string; readonly name: string }
  /** Of a rule that denies by role tags: the tags of the role are not known. */
  | { readonly kind: 'undiscovered' }
  /** Of a rule that denies: a name of the principal cannot be held against its pattern. */
  | { readonly kind: 'unclear'; readonly name: string }

/** A role that a rule means and that is not to be had, and why. */
export interface Miss {
  readonly account: string
  readonly role: string | undefined
  readonly why: string
}
