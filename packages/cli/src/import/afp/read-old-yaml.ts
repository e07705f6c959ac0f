/** YAML as PyYAML's safe_load read it (YAML 1.1), with the line of each key. */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
} from 'yaml'
import type { Place } from '../findings.ts'
import { type OldEntry, type OldValue, UnreadableOld } from '../old-value.ts'
import { plainScalar } from './plain-scalar.ts'

/** What a document may hold; the old program's directories have a few hundred values. */
const limits = { depth: 32, values: 200_000 }

/** Something about a file that is no error and still worth telling. */
export type Note = (place: Place, key: string, why: string) => void

/** The value of one file; undefined when it is empty. Throws `UnreadableOld` where safe_load raised. */
export function readOldYaml(text: string, file: string, note: Note): OldValue | undefined {
  const lines = new LineCounter()
  const documents = parseAllDocuments(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
    version: '1.1',
    schema: 'failsafe',
  })
  const at = (offset: number): Place => ({ file, line: Math.max(lines.linePos(offset).line, 1) })
  const [document, second] = Array.isArray(documents) ? documents : []
  if (document === undefined) return undefined
  const [error] = document.errors
  if (error !== undefined) {
    const todo = 'the old program could not read it either; mend the file'
    throw new UnreadableOld(at(error.pos[0]), `this is not YAML (${error.code})`, todo)
  }
  if (second !== undefined) {
    const todo = 'split it into files of one document each'
    throw new UnreadableOld(at(second.range[0]), 'the file holds several documents', todo)
  }
  return document.contents === null
    ? undefined
    : readNode(document.contents, { document, at, note, left: { values: limits.values } }, 0, '')
}

interface Reading {
  readonly document: Document.Parsed
  readonly at: (offset: number) => Place
  readonly note: Note
  readonly left: { values: number }
}

function readNode(node: Node | null, reading: Reading, depth: number, key: string): OldValue {
  const place = reading.at(node?.range?.[0] ?? 0)
  if (depth > limits.depth || --reading.left.values < 0) {
    throw new UnreadableOld(place, 'the file holds more than any configuration has', 'shorten it')
  }
  if (isAlias(node)) {
    const target = node.resolve(reading.document)
    if (target === undefined) {
      throw new UnreadableOld(place, 'an alias names an anchor that is not there', 'mend the file')
    }
    return readNode(target, reading, depth + 1, key)
  }
  const tag = node?.tag
  if (tag !== undefined && !/^tag:yaml\.org,2002:(str|map|seq)$/.test(tag)) {
    const todo = 'the old program refused it too (safe_load); write the plain value'
    throw new UnreadableOld(place, 'the value has a tag of its own', todo)
  }
  if (isSeq(node)) {
    const items = node.items.map(item => readNode(asNode(item), reading, depth + 1, key))
    return { ...place, kind: 'list', items }
  }
  if (isMap(node)) return { ...place, kind: 'map', entries: readPairs(node, reading, depth, key) }
  if (!isScalar(node)) return { ...place, kind: 'nothing' }
  const text = String(node.value ?? '')
  const isPlain = (node.type ?? 'PLAIN') === 'PLAIN' && tag === undefined
  return isPlain ? plainScalar(text, place) : { ...place, kind: 'text', text }
}

function readPairs(
  node: Node & { readonly items: readonly unknown[] },
  reading: Reading,
  depth: number,
  above: string,
): ReadonlyMap<string, OldEntry> {
  const entries = new Map<string, OldEntry>()
  const merged: OldValue[] = []
  if (!isMap(node)) return entries
  for (const pair of node.items) {
    const keyNode = asNode(pair.key)
    const place = reading.at(keyNode?.range?.[0] ?? 0)
    if (!isScalar(keyNode)) {
      throw new UnreadableOld(place, 'a key is a list or a map', 'the old program read none such')
    }
    const name = String(keyNode.value ?? '')
    const key = above === '' ? name : `${above}.${name}`
    const value = readNode(asNode(pair.value), reading, depth + 1, key)
    if (name === '<<' && keyNode.type === 'PLAIN') {
      merged.push(...(value.kind === 'list' ? value.items : [value]))
      continue
    }
    const earlier = entries.get(name)
    if (earlier !== undefined) {
      reading.note(earlier, key, `line ${place.line} says it again, and the last one counted`)
    }
    // An empty value has no place of its own.
    entries.set(name, {
      ...place,
      value: value.kind === 'nothing' ? { ...value, ...place } : value,
    })
  }
  for (const value of merged) {
    if (value.kind !== 'map') {
      throw new UnreadableOld(value, 'what `<<` merges is no map', 'mend the file')
    }
    for (const [name, entry] of value.entries) if (!entries.has(name)) entries.set(name, entry)
  }
  return entries
}

function asNode(value: unknown): Node | null {
  return isScalar(value) || isMap(value) || isSeq(value) || isAlias(value) ? value : null
}
