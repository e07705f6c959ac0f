/** The file as YAML: its values, and for each key path the line and column where it stands. */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type ParsedNode,
  parseDocument,
  visit,
} from 'yaml'
import type { KeyPath } from './key-path.ts'
import { yamlProblem } from './yaml-problems.ts'

/** Both count from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** A YAML text that was read, or what is wrong with it. */
export interface ConfigDocument {
  /** Plain objects, lists and scalars; undefined when the text could not be read. */
  readonly value: unknown
  readonly problems: readonly (Position & { readonly message: string; readonly remedy: string })[]
  /** Of the value at the path; when nothing stands there, of the nearest map around it. */
  valuePosition(path: KeyPath): Position
  /** Of the last key of the path itself. */
  keyPosition(path: KeyPath): Position
}

/** Reads one YAML document, at most 100 uses of aliases. Never throws for what the text says. */
export function readDocument(text: string): ConfigDocument {
  const lines = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    strict: true,
    uniqueKeys: true,
  })
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const problems = [...document.errors, ...document.warnings].map(error => ({
    ...position(error.pos[0]),
    ...yamlProblem(error.code),
  }))
  visit(document, {
    Alias(_key, node) {
      if (node.resolve(document) !== undefined) return
      problems.push({ ...position(offsetOf(node)), ...yamlProblem('BAD_ALIAS') })
    },
  })
  let value: unknown
  if (problems.length === 0) {
    try {
      value = document.toJS({ maxAliasCount: 100 })
    } catch {
      problems.push({ line: 1, column: 1, ...yamlProblem('ALIASES') })
    }
  }
  return {
    value,
    problems,
    valuePosition: path => position(locate(document, path).value),
    keyPosition: path => position(locate(document, path).key),
  }
}

function locate(document: Document.Parsed, path: KeyPath): { key: number; value: number } {
  let node: Node | null = document.contents
  let found = { key: offsetOf(node), value: offsetOf(node) }
  for (const part of path) {
    if (isAlias(node)) node = node.resolve(document) ?? null
    if (isMap<ParsedNode, ParsedNode | null>(node)) {
      const pair = node.items.find(item => isScalar(item.key) && item.key.value === part)
      if (pair === undefined) return found
      const key = offsetOf(pair.key)
      // An empty value has no place of its own: it stands where its key does.
      const empty = pair.value === null || (isScalar(pair.value) && pair.value.source === '')
      found = { key, value: empty ? key : offsetOf(pair.value) }
      node = pair.value
    } else if (isSeq<ParsedNode>(node) && typeof part === 'number') {
      const item = node.items[part]
      if (item === undefined) return found
      found = { key: offsetOf(item), value: offsetOf(item) }
      node = item
    } else {
      return found
    }
  }
  return found
}

function offsetOf(node: Node | null): number {
  return node?.range?.[0] ?? 0
}
