import {
  type Comparison,
  matchesAddress,
  numericComparison,
  timeComparison,
} from './comparisons.ts'
import type { ConditionContext } from './context.ts'
import { expand, literal } from './variables.ts'
import { matchesArn, matchesWildcard } from './wildcard.ts'

const lower = (text: string) => text.toLowerCase()

interface Operator {
  readonly compare: Comparison
  readonly negated: boolean
}

const positive = (compare: Comparison): Operator => ({ compare, negated: false })
const negative = (compare: Comparison): Operator => ({ compare, negated: true })
// Values come with their wildcard characters made literal; where there are no wildcards, patterns have none.
const equals: Comparison = (pattern, value) => literal(pattern) === value
const equalsIgnoreCase: Comparison = (pattern, value) => lower(literal(pattern)) === lower(value)

/** The operators that the simulator evaluates, beside `Null`. ArnEquals and ArnLike are the same in IAM. */
const operators: Readonly<Record<string, Operator>> = {
  StringEquals: positive(equals),
  StringNotEquals: negative(equals),
  StringEqualsIgnoreCase: positive(equalsIgnoreCase),
  StringNotEqualsIgnoreCase: negative(equalsIgnoreCase),
  StringLike: positive(matchesWildcard),
  StringNotLike: negative(matchesWildcard),
  ArnEquals: positive(matchesArn),
  ArnLike: positive(matchesArn),
  ArnNotEquals: negative(matchesArn),
  ArnNotLike: negative(matchesArn),
  Bool: positive(equalsIgnoreCase),
  NumericEquals: positive(numericComparison((a, b) => a === b)),
  NumericNotEquals: negative(numericComparison((a, b) => a === b)),
  NumericLessThan: positive(numericComparison((a, b) => a < b)),
  NumericLessThanEquals: positive(numericComparison((a, b) => a <= b)),
  NumericGreaterThan: positive(numericComparison((a, b) => a > b)),
  NumericGreaterThanEquals: positive(numericComparison((a, b) => a >= b)),
  DateEquals: positive(timeComparison((a, b) => a === b)),
  DateNotEquals: negative(timeComparison((a, b) => a === b)),
  DateLessThan: positive(timeComparison((a, b) => a < b)),
  DateLessThanEquals: positive(timeComparison((a, b) => a <= b)),
  DateGreaterThan: positive(timeComparison((a, b) => a > b)),
  DateGreaterThanEquals: positive(timeComparison((a, b) => a >= b)),
  IpAddress: positive(matchesAddress),
  NotIpAddress: negative(matchesAddress),
}

/** Operators that a policy may use, without their set prefix and `IfExists`. */
export const knownOperators: readonly string[] = [...Object.keys(operators), 'Null']

/** One line of a `Condition` block: operator, key, the values that the policy lists. */
export interface Condition {
  readonly set: 'any' | 'all' | undefined
  readonly operator: string
  readonly ifExists: boolean
  /** In lower case. */
  readonly key: string
  readonly values: readonly string[]
}

/** Splits `ForAnyValue:StringLikeIfExists` into its parts; `undefined` for an operator that is not known. */
export function readOperator(
  text: string,
): Pick<Condition, 'set' | 'operator' | 'ifExists'> | undefined {
  const match = /^(?:(ForAnyValue|ForAllValues):)?([A-Za-z]+?)(IfExists)?$/.exec(text)
  const operator = match?.[2] ?? ''
  const set = match?.[1]
  if (!Object.hasOwn(operators, operator)) {
    return text === 'Null' ? { set: undefined, operator: 'Null', ifExists: false } : undefined
  }
  return {
    set: set === undefined ? undefined : set === 'ForAnyValue' ? 'any' : 'all',
    operator,
    ifExists: match?.[3] !== undefined,
  }
}

/** Whether the request meets a condition, by the rules of the IAM guide's "condition operators" and "set operators". */
export function holds(condition: Condition, context: ConditionContext): boolean {
  const actual = context.get(condition.key)
  if (condition.operator === 'Null') {
    return condition.values.some(value => lower(value) === String(actual === undefined))
  }
  const operator = operators[condition.operator]
  if (operator === undefined) return false
  if (actual === undefined || actual.length === 0) {
    if (condition.ifExists || condition.set === 'all') return true
    return operator.negated && condition.set === undefined
  }
  const patterns = condition.values
    .map(pattern => expand(pattern, context))
    .filter(pattern => pattern !== undefined)
  // A variable that the request has no value for makes the statement not apply, whichever way the operator goes.
  if (patterns.length === 0) return false
  const fits = (value: string) =>
    patterns.some(pattern => operator.compare(pattern, literal(value))) !== operator.negated
  return condition.set === 'any' ? actual.some(fits) : actual.every(fits)
}
