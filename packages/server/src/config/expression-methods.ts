/** Methods of CEL that are our own: what the library has in their place cannot be relied on. */
import type { ASTNode } from '@marcbachmann/cel-js'
import { children, type ExpressionProblem, times } from './expression-bounds.ts'
import { environment, ourName } from './expression-environment.ts'

/**
 * By the names that users write. The library's `matches` runs on JavaScript's regular expressions, its
 * `lowerAscii` makes a `k` of the Kelvin sign, and its times in a zone go by the clock changes of the host's.
 */
const ours: ReadonlySet<string> = new Set(['lowerAscii', 'matches', 'upperAscii', ...times])

/** The expression with these methods replaced by ours. */
export function withOurMethods(text: string, ast: ASTNode): string | ExpressionProblem {
  const places = callsIn(ast).map(call => placeOf(text, call))
  let changed = text
  for (const place of places.toSorted((a, b) => (b?.start ?? 0) - (a?.start ?? 0))) {
    if (place === undefined) return unclear
    const { start, name } = place
    changed = `${changed.slice(0, start)}${ourName(name)}${changed.slice(start + name.length)}`
  }
  if (changed === text) return text
  // The proof that nothing else changed: both read as the same tree but for those names.
  return shapeOf(environment.parse(changed).ast) === shapeOf(ast) ? changed : unclear
}

const unclear: ExpressionProblem = {
  problem: 'the expression calls a method in a form that is not understood',
  remedy: "write it plainly: `principal.username.matches('[a-z]+')`",
}

type MethodCall = ASTNode & { readonly op: 'rcall' }

function callsIn(node: ASTNode): MethodCall[] {
  const below = children(node).flatMap(callsIn)
  return node.op === 'rcall' && isOurs(node) ? [node, ...below] : below
}

/** Without a zone the library reads times in UTC, which is right. */
function isOurs({ args: [name, , values] }: MethodCall): boolean {
  return ours.has(name) && (values.length > 0 || !times.includes(name))
}

/** Where the method's name stands: between the receiver and the first argument, or the end. */
function placeOf(text: string, { args, end }: MethodCall) {
  const [name, receiver, [argument]] = args
  const between = text.slice(receiver.end, argument?.start ?? end)
  const found = [...between.matchAll(new RegExp(`\\.\\s*(${name})\\s*\\(`, 'dg'))]
  const start = found[0]?.indices?.[1]?.[0]
  return found.length === 1 && start !== undefined
    ? { start: receiver.end + start, name }
    : undefined
}

function shapeOf(node: ASTNode): string {
  return JSON.stringify(plain(node), (_key, value: unknown) =>
    typeof value === 'bigint' ? `${value}n` : value,
  )
}

const theirs = new Map([...ours].map(name => [ourName(name), name]))

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value === 'string') return theirs.get(value) ?? value
  if (typeof value !== 'object' || value === null || !('op' in value && 'args' in value)) {
    return value
  }
  return { op: value.op, args: plain(value.args) }
}
