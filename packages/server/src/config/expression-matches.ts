/** `matches` in linear time: the CEL library's own runs on JavaScript's regular expressions. */
import type { ASTNode } from '@marcbachmann/cel-js'
import { children, type ExpressionProblem } from './expression-bounds.ts'
import { environment, linearMatches } from './expression-environment.ts'

/** The expression with `matches` replaced by ours; each of them must have a literal pattern. */
export function withLinearMatches(text: string, ast: ASTNode): string | ExpressionProblem {
  const places = matchesIn(ast).map(node => placeOf(text, node))
  let changed = text
  for (const place of places.toSorted((a, b) => (b ?? 0) - (a ?? 0))) {
    if (place === undefined) return unclear
    changed = `${changed.slice(0, place)}${linearMatches}${changed.slice(place + 'matches'.length)}`
  }
  if (changed === text) return text
  // The proof that nothing else changed: both read as the same tree but for that name.
  return shapeOf(environment.parse(changed).ast) === shapeOf(ast) ? changed : unclear
}

const unclear: ExpressionProblem = {
  problem: 'the expression calls `matches` in a form that is not understood',
  remedy: "write it plainly: `principal.username.matches('[a-z]+')`",
}

function matchesIn(node: ASTNode): ASTNode[] {
  const below = children(node).flatMap(matchesIn)
  return node.op === 'rcall' && node.args[0] === 'matches' ? [node, ...below] : below
}

/** Where the method's name stands: between the receiver and its argument. */
function placeOf(text: string, node: ASTNode): number | undefined {
  if (node.op !== 'rcall') return undefined
  const [, receiver, [argument]] = node.args
  if (argument === undefined) return undefined
  const between = text.slice(receiver.end, argument.start)
  const found = [...between.matchAll(/\.\s*(matches)\s*\(/dg)]
  const start = found[0]?.indices?.[1]?.[0]
  return found.length === 1 && start !== undefined ? receiver.end + start : undefined
}

function shapeOf(node: ASTNode): string {
  return JSON.stringify(plain(node), (_key, value: unknown) =>
    typeof value === 'bigint' ? `${value}n` : value,
  )
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null || !('op' in value && 'args' in value)) {
    return value === linearMatches ? 'matches' : value
  }
  return { op: value.op, args: plain(value.args) }
}
