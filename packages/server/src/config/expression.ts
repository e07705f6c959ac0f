/** Conditions and values in CEL (the Common Expression Language): type-checked, linear, bounded. */
import { EvaluationError, ParseError, type ParseResult } from '@marcbachmann/cel-js'
import { checkBounds, type ExpressionProblem, namesIn } from './expression-bounds.ts'
import { type ExpressionVariables, environment } from './expression-environment.ts'
import { withOurMethods } from './expression-methods.ts'

/** An expression that was read. */
export interface Expression<T extends boolean | string> {
  /** The variables that it looks at. */
  readonly variables: ReadonlySet<string>
  /** Throws `ExpressionError` when there is no answer, such as for an attribute that is not there. */
  evaluate(variables: ExpressionVariables): T
}

/** An expression without an answer, in CEL's own words. */
export class ExpressionError extends Error {}

const maxLength = 2000

/** Reads a condition. */
export function readCondition(text: string): Expression<boolean> | ExpressionProblem {
  return read(text, 'bool', (value): value is boolean => typeof value === 'boolean')
}

/** Reads an expression for a text. */
export function readTextExpression(text: string): Expression<string> | ExpressionProblem {
  return read(text, 'string', (value): value is string => typeof value === 'string')
}

function read<T extends boolean | string>(
  text: string,
  type: string,
  isResult: (value: unknown) => value is T,
): Expression<T> | ExpressionProblem {
  if (text.length > maxLength) {
    const problem = `the expression has ${text.length} characters, at most ${maxLength} are read`
    return { problem, remedy: 'make it shorter' }
  }
  const parsed = parse(text)
  if ('problem' in parsed) return parsed
  const bounds = checkBounds(parsed.ast)
  if (bounds !== undefined) return bounds
  const checked = parsed.check()
  if (!checked.valid) return problemOf(checked.error, text)
  const ours = withOurMethods(text, parsed.ast)
  if (typeof ours !== 'string') return ours
  const run = ours === text ? parsed : environment.parse(ours)
  const rechecked = run.check()
  if (!rechecked.valid) return problemOf(rechecked.error, text)
  if (checked.type !== type) {
    const problem = `the expression gives ${article(checked.type)}, not ${article(type)}`
    return { problem, remedy: remedies[type] ?? 'change it' }
  }
  return Object.freeze({
    variables: namesIn(parsed.ast),
    evaluate(variables: ExpressionVariables) {
      let value: unknown
      try {
        value = run({ ...variables })
      } catch (error) {
        throw new ExpressionError(summaryOf(error), { cause: error })
      }
      if (!isResult(value)) throw new ExpressionError(`the expression gave no ${type}`)
      return value
    },
  })
}

const remedies: Readonly<Record<string, string>> = {
  bool: "write a condition, such as `network.inside('10.0.0.0/8')`",
  string: 'write a text: `principal.username`, or in quotes of its own: "\'text\'"',
}

function parse(text: string): ParseResult | ExpressionProblem {
  try {
    return environment.parse(text)
  } catch (error) {
    return problemOf(error, text)
  }
}

function problemOf(error: unknown, text: string): ExpressionProblem {
  const range = error instanceof ParseError || isTypeError(error) ? error.range : undefined
  const at =
    range === undefined ? '' : ` at ${JSON.stringify(text.slice(range.start, range.start + 30))}`
  return {
    problem: `the expression cannot be read: ${summaryOf(error)}${at}`,
    remedy: 'it knows principal, account, role, network and time; see docs/grants.md',
  }
}

function isTypeError(error: unknown): error is { range?: { start: number } } {
  return error instanceof Error && 'range' in error
}

function summaryOf(error: unknown): string {
  if (error instanceof EvaluationError || error instanceof ParseError) return error.summary
  const own = error instanceof Error && 'summary' in error ? error.summary : undefined
  const text =
    typeof own === 'string' ? own : error instanceof Error ? error.message : String(error)
  return (text.split('\n')[0] ?? '').slice(0, 200)
}

function article(type: string | undefined): string {
  return type === 'bool' ? 'a yes or no' : type === 'string' ? 'a text' : `a ${type ?? 'value'}`
}
