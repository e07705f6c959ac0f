/** A grant as the configuration has it: what the file says, checked, with defaults filled in. */
import type { RoleArn } from '@rolecall/aws'
import type { DeliveryForm } from '../nouns.ts'
import type { Template } from './grant-template.ts'

/** A rule of the list: plain data. `grants/` compiles it. */
export interface GrantRule {
  readonly name: string
  readonly file: string
  readonly line: number
  /** A rule that denies wins over all that allow. */
  readonly effect: 'allow' | 'deny'

  /** Any of these groups, or any of `users`; with nothing named: every person. */
  readonly groups: readonly string[]
  readonly users: readonly string[]
  /** All of these too. */
  readonly allGroups: readonly string[]
  /** Sources whose word counts; undefined: all of them. */
  readonly sources: readonly string[] | undefined
  /** RE2 syntax; the whole name of a group matches it. */
  readonly groupPattern: string | undefined
  readonly roleTags: RoleTagKeys | undefined
  /** A rule with this is for machines, every other one for people. */
  readonly machines: MachineSelector | undefined
  /** CEL; true when the rule holds. */
  readonly when: string | undefined

  readonly target: GrantTarget
  readonly durationSeconds: number
  /** What is given; of a rule that denies: what is taken. */
  readonly forms: readonly DeliveryForm[]
  /** Compact JSON. */
  readonly policy: string | undefined
  readonly policyArns: readonly string[]
  readonly tags: readonly TagExpression[]
  readonly transitiveTagKeys: readonly string[]
  /** CEL; a text. */
  readonly sourceIdentity: string | undefined
  readonly destination: string | undefined
  readonly region: string | undefined
  /** The last part of `GET {targets.prefix}/{path}`. */
  readonly path: string | undefined
}

/** The tags of a role that say who may take it. */
export interface RoleTagKeys {
  readonly groups: string | undefined
  readonly users: string | undefined
  /** Stands between the names in a tag's value. */
  readonly separator: string
}

/** Which machines; what is undefined is not asked for. */
export interface MachineSelector {
  /** RE2 syntax; matches the whole host name without its domain. */
  readonly name: string | undefined
  readonly preset: 'eight-characters' | undefined
  readonly domains: readonly string[] | undefined
  readonly networks: readonly string[] | undefined
}

/** A session tag whose value is a CEL expression. */
export interface TagExpression {
  readonly key: string
  readonly value: string
}

/** Which roles of which accounts. */
export type GrantTarget =
  /** Of a rule that denies. */
  | { readonly kind: 'everything' }
  | { readonly kind: 'arns'; readonly roles: readonly RoleArn[] }
  | { readonly kind: 'roles'; readonly accounts: AccountSelector; readonly roles: RoleSelector }

/** Accounts by alias or id, by their tags, or all that are known. */
export type AccountSelector =
  | { readonly kind: 'all' }
  | { readonly kind: 'named'; readonly names: readonly Template[] }
  | { readonly kind: 'tagged'; readonly tags: Readonly<Record<string, string>> }

/** Roles by path and name, or all that were discovered. */
export type RoleSelector =
  | { readonly kind: 'all' }
  | { readonly kind: 'named'; readonly names: readonly Template[] }
