/** One question about one principal at one time: its matches, and what its expressions say. */
import { type Expression, ExpressionError } from '../config/expression.ts'
import {
  accountValue,
  type ExpressionVariables,
  networkValue,
  principalValue,
  roleValue,
} from '../config/expression-environment.ts'
import type { Principal } from '../nouns.ts'
import type { CompiledRule, Match, Target } from './types.ts'

/** A question. */
export interface Asking {
  readonly principal: Principal
  /** Rules that give, in the order of the file. */
  readonly gives: readonly Match[]
  /** Rules that deny. */
  readonly denies: readonly Match[]
  /** Whether the condition holds for the role; a text says why there is no answer. */
  condition(compiled: CompiledRule, target: Target): boolean | { readonly why: string }
  /** What an expression sees. */
  variables(target: Target | undefined): ExpressionVariables
  /** Whether no expression was asked: then the answer is the same at every time and address. */
  isTimeless(): boolean
}

/** Begins with the matches of the principal. */
export function beginAsking(
  principal: Principal,
  at: { readonly now: Date; readonly address: string | undefined },
  matches: readonly Match[],
): Asking {
  let base: ExpressionVariables | undefined
  const answers = new Map<CompiledRule, boolean | { readonly why: string }>()

  function variables(target: Target | undefined): ExpressionVariables {
    base ??= {
      principal: principalValue(principal),
      network: networkValue(at.address),
      time: at.now,
    }
    if (target === undefined) return base
    const { name, path, arn, known } = target
    const role = roleValue({ name, path, arn, tags: known?.tags })
    return { ...base, account: accountValue(target.account), role }
  }

  function condition(compiled: CompiledRule, target: Target): boolean | { readonly why: string } {
    const { when } = compiled
    if (when === undefined) return true
    if (looksAtRole(when)) return evaluate(when, variables(target))
    const known = answers.get(compiled)
    if (known !== undefined) return known
    const answer = evaluate(when, variables(undefined))
    answers.set(compiled, answer)
    return answer
  }

  return Object.freeze({
    principal,
    gives: matches.filter(({ compiled }) => compiled.rule.effect === 'allow'),
    denies: matches.filter(({ compiled }) => compiled.rule.effect === 'deny'),
    condition,
    variables,
    isTimeless: () => base === undefined,
  })
}

function looksAtRole({ variables }: Expression<boolean>): boolean {
  return variables.has('account') || variables.has('role')
}

function evaluate(
  when: Expression<boolean>,
  variables: ExpressionVariables,
): boolean | { readonly why: string } {
  try {
    return when.evaluate(variables)
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    return { why: error.message }
  }
}
