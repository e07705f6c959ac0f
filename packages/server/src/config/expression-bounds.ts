/** What an expression may do: a bounded amount of work, with functions that are known to be safe. */
import type { ASTNode } from '@marcbachmann/cel-js'
import { readSearchPattern } from './name-pattern.ts'
import { readNetwork } from './networks.ts'
import { timeParts } from './zoned-time.ts'

/** Why an expression is refused. */
export interface ExpressionProblem {
  readonly problem: string
  readonly remedy: string
}

const functions = ['duration', 'has', 'int', 'size', 'string', 'timestamp']
const loops = ['all', 'exists', 'exists_one', 'filter', 'map']
/** The methods of a time. */
export const times: readonly string[] = Object.keys(timeParts)
const methods = [
  ...['contains', 'endsWith', 'indexOf', 'inside', 'join', 'lastIndexOf', 'lowerAscii', 'matches'],
  ...['size', 'split', 'startsWith', 'substring', 'trim', 'upperAscii'],
  ...loops,
  ...times,
]

/** The functions that a literal stands in, and what is wrong with one. */
const literals: Readonly<Record<string, (text: string) => string | undefined>> = {
  inside: text => (readNetwork(text) === undefined ? 'no address or network' : undefined),
  matches(text) {
    const pattern = readSearchPattern(text)
    return 'problem' in pattern ? `a pattern that is refused: ${pattern.problem}` : undefined
  },
  ...Object.fromEntries(
    times.map(name => [name, (text: string) => (isTimeZone(text) ? undefined : 'no time zone')]),
  ),
  timestamp: text =>
    Number.isNaN(Date.parse(text)) ? 'no time such as 2026-01-31T00:00:00Z' : undefined,
  duration: text =>
    /^[+-]?(?:\d+(?:\.\d+)?(?:h|m|s|ms|us|ns))+$/.test(text)
      ? undefined
      : 'no time span such as 90m',
}

/** The problem with an expression that calls what is not allowed, or loops in loops over much. */
export function checkBounds(ast: ASTNode): ExpressionProblem | undefined {
  return check(ast, false)
}

function check(node: ASTNode, inLoop: boolean): ExpressionProblem | undefined {
  if (node.op === 'call') return checkCall(node.args[0], node.args[1], functions, inLoop, undefined)
  if (node.op === 'rcall') {
    const [name, receiver, values] = node.args
    return checkCall(name, values, methods, inLoop, receiver)
  }
  if (node.op === '.?' || node.op === '[?]') {
    return { problem: 'optional values are not used here', remedy: 'ask with `has(…)`' }
  }
  return firstProblem(children(node), inLoop)
}

function checkCall(
  name: string,
  values: readonly ASTNode[],
  allowed: readonly string[],
  inLoop: boolean,
  receiver: ASTNode | undefined,
): ExpressionProblem | undefined {
  if (!allowed.includes(name)) {
    return {
      problem: `the function \`${name}\` is not used here`,
      remedy: `there are: ${allowed.join(', ')}`,
    }
  }
  const literal = Object.hasOwn(literals, name) ? literals[name] : undefined
  const [first] = values
  if (literal !== undefined && first !== undefined) {
    const wrong =
      first.op === 'value' && typeof first.args === 'string'
        ? literal(first.args)
        : 'no literal text'
    if (wrong !== undefined) {
      const remedy = 'write the text itself, in quotes: it is checked when the file is read'
      return { problem: `in \`${name}(…)\` stands ${wrong}`, remedy }
    }
  }
  const isLoop = receiver !== undefined && loops.includes(name)
  const isLong = isLoop && receiver.op !== 'list'
  if (isLong && inLoop) {
    const remedy = 'loop over a list that is written out, such as `["a", "b"]`, on the outside'
    return { problem: 'a loop stands in a loop: its work would grow with the square', remedy }
  }
  const outer = receiver === undefined ? undefined : check(receiver, inLoop)
  return outer ?? firstProblem(values, inLoop || isLong)
}

function firstProblem(nodes: readonly ASTNode[], inLoop: boolean): ExpressionProblem | undefined {
  for (const node of nodes) {
    const problem = check(node, inLoop)
    if (problem !== undefined) return problem
  }
  return undefined
}

/** All identifiers of an expression, those of loops included. */
export function namesIn(ast: ASTNode): ReadonlySet<string> {
  const names = new Set<string>()
  const visit = (node: ASTNode): void => {
    if (node.op === 'id') names.add(node.args)
    children(node).forEach(visit)
  }
  visit(ast)
  return names
}

/** The nodes below a node. */
export function children(node: ASTNode): readonly ASTNode[] {
  switch (node.op) {
    case 'value':
    case 'id':
      return []
    case '.':
    case '.?':
      return [node.args[0]]
    case 'call':
      return node.args[1]
    case 'rcall':
      return [node.args[1], ...node.args[2]]
    case 'map':
      return node.args.flat()
    case '!_':
    case '-_':
      return [node.args]
    default:
      return node.args
  }
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
