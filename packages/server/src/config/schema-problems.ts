/** Says in plain words what zod found: one problem per wrong key. */
import type { z } from 'zod'
import { type KeyPath, valueAt } from './key-path.ts'
import { suggestion } from './nearest.ts'
import { isSecretPath } from './preview.ts'
import type { Report } from './report.ts'
import { descriptionOf, knownKeys, schemaAt } from './schema-walk.ts'

type Issue = z.core.$ZodIssue

/** Reports every issue of a parse of `value` by `root`. */
export function reportIssues(
  report: Report,
  issues: readonly Issue[],
  root: z.core.$ZodType,
  value: unknown,
): void {
  for (const issue of issues) reportIssue({ report, root, value }, issue, [])
}

interface Context {
  readonly report: Report
  readonly root: z.core.$ZodType
  readonly value: unknown
}

function reportIssue(context: Context, issue: Issue, parent: KeyPath): void {
  const path = [
    ...parent,
    ...issue.path.map(part => (typeof part === 'number' ? part : String(part))),
  ]
  const { report } = context
  const value = valueAt(context.value, path)
  if (issue.code === 'unrecognized_keys') {
    reportUnknownKeys(context, issue.keys, path)
  } else if (issue.code === 'invalid_union') {
    reportUnion(context, issue, path)
  } else if (issue.code === 'invalid_key') {
    const rule = issue.issues[0]?.message ?? 'it is not a name'
    report.problem(path, `this name is refused: ${rule}`, 'rename it', { atKey: true })
  } else if (value === undefined) {
    const description = descriptionAt(context, path)
    report.problem(path, 'this key is required and missing', description ?? 'add it')
  } else {
    report.problem(
      path,
      explain(issue, value),
      remedyOf(issue, value, descriptionAt(context, path)),
    )
  }
}

function reportUnknownKeys(context: Context, keys: readonly string[], path: KeyPath): void {
  const value = valueAt(context.value, path)
  const known = knownKeys(schemaAt(context.root, path, context.value), value)
  for (const key of keys) {
    const remedy = suggestion(key, known, 'key')
    context.report.problem([...path, key], 'this key is not known here', remedy, { atKey: true })
  }
}

function reportUnion(context: Context, issue: z.core.$ZodIssueInvalidUnion, path: KeyPath): void {
  if ('options' in issue && issue.options !== undefined) {
    const options = issue.options.map(String)
    const value = valueAt(context.value, path)
    const remedy =
      typeof value === 'string'
        ? suggestion(value, options, 'choice')
        : `one of ${options.join(', ')}`
    const message =
      value === undefined ? 'this key is required and missing' : 'not one of the choices'
    context.report.problem(path, message, remedy)
    return
  }
  // The branch that was meant has the right kind of value and no key that it does not know.
  const meant = issue.errors.filter(branch =>
    branch.every(one => one.path.length > 0 || one.code === 'custom' || one.code === 'too_small'),
  )
  const [only] = meant
  if (only !== undefined && meant.length === 1) {
    for (const one of only) reportIssue(context, one, path)
    return
  }
  const value = valueAt(context.value, path)
  const known = knownKeys(schemaAt(context.root, path, context.value), value)
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value)
  const unknown = isMap ? Object.keys(value).filter(key => !known.includes(key)) : []
  // Where a secret may stand, a key may be one that lost its quotes: it is not repeated.
  if (known.length > 0 && unknown.length > 0 && !isSecretPath(path)) {
    reportUnknownKeys(context, unknown, path)
    return
  }
  const description = descriptionAt(context, path) ?? 'see the reference'
  const missing = value === undefined
  const message = missing
    ? 'this key is required and missing'
    : 'the value has none of the forms allowed'
  context.report.problem(path, message, description)
}

function explain(issue: Issue, value: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      if (!issue.message.startsWith('Invalid input')) return issue.message
      return `expected ${nounOf(issue.expected)}, found ${kindOf(value)}`
    case 'invalid_value':
      return 'not one of the choices'
    case 'invalid_format':
      return issue.format === 'regex'
        ? `the form is wrong: ${issue.message}`
        : `this is not a ${issue.format.toUpperCase()}`
    case 'too_small':
      return `too ${issue.origin === 'string' ? 'short' : 'small'}: at least ${count(issue.minimum, issue.origin)}`
    case 'too_big':
      return `too ${issue.origin === 'string' ? 'long' : 'big'}: at most ${count(issue.maximum, issue.origin)}`
    default:
      return issue.message
  }
}

function remedyOf(issue: Issue, value: unknown, description: string | undefined): string {
  if (issue.code === 'invalid_value' && typeof value === 'string') {
    return suggestion(value, issue.values.map(String), 'choice')
  }
  if (issue.code === 'invalid_type' && issue.expected === 'string' && typeof value === 'number') {
    return 'put it in quotes'
  }
  return description ?? 'correct the value'
}

/** What the reference says about the key; an entry of a list is told by its list. */
function descriptionAt(context: Context, path: KeyPath): string | undefined {
  const own = descriptionOf(schemaAt(context.root, path, context.value))
  if (own !== undefined || typeof path.at(-1) !== 'number') return own
  return descriptionAt(context, path.slice(0, -1))
}

function count(bound: number | bigint, origin: string): string {
  if (origin === 'string') return `${bound} character${bound === 1 ? '' : 's'}`
  return origin === 'array' ? `${bound} entr${bound === 1 ? 'y' : 'ies'}` : `${bound}`
}

function nounOf(expected: string): string {
  const nouns: Readonly<Record<string, string>> = {
    object: 'a map',
    record: 'a map',
    array: 'a list',
    string: 'a text',
    number: 'a number',
    int: 'a whole number',
    boolean: 'true or false',
  }
  return nouns[expected] ?? expected
}

function kindOf(value: unknown): string {
  if (value === null) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a map'
  if (typeof value === 'string') return 'a text'
  return typeof value === 'number' ? 'a number' : String(value)
}
