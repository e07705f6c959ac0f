/** A Python file whose statements give names to literals. Nothing of it is run. */
import type { Findings, Place } from '../findings.ts'
import type { OldEntry, OldValue } from '../old-value.ts'
import { createReader, readExpression, type TokenReader } from './read-expression.ts'
import { readTokens, type Token } from './tokens.ts'

const todo = 'write the value itself, as a literal, and import the file again'

/**
 * The names that the file assigns. A statement that is none of ours is refused with its line; what it mentions may be
 * something else afterwards, so that those names, and all that was made of them, are not believed any more.
 */
export function readModule(
  text: string,
  file: string,
  findings: Findings,
): ReadonlyMap<string, OldEntry> {
  const reader = createReader(readTokens(text, file), file)
  const names = new Map<string, OldEntry>()
  const madeOf = new Map<string, ReadonlySet<string>>()
  const assign = (targets: readonly Token[], value: OldValue, used: ReadonlySet<string>) => {
    for (const target of targets) {
      if (target.kind !== 'name') continue
      const place = { file, line: target.line }
      const earlier = names.get(target.text)
      if (earlier !== undefined) {
        const why = `line ${target.line} assigns it again, and the last one counted`
        findings.changed(earlier, target.text, undefined, why)
      }
      names.set(target.text, { ...place, value })
      madeOf.set(target.text, used)
    }
  }
  while (!reader.isAtEnd()) {
    const start = reader.at()
    const statement = readAssignment(reader, names)
    if (statement !== undefined) {
      assign(statement.targets, statement.value, statement.used)
      continue
    }
    reader.backTo(start)
    const tokens = reader.takeStatement()
    if (isHarmless(tokens)) continue
    const [first] = tokens
    const place = { file, line: first?.line ?? 1 }
    doubt(mentioned(tokens), place, names, madeOf)
    const why = 'this statement was not run: only names that are given literals are read'
    findings.refused(place, `line ${place.line}`, why, todo)
  }
  return names
}

interface Assignment {
  readonly targets: readonly Token[]
  readonly value: OldValue
  readonly used: ReadonlySet<string>
}

/** `name = literal`, also `a = b = literal`; undefined when the statement is something else. */
function readAssignment(
  reader: TokenReader,
  names: ReadonlyMap<string, OldEntry>,
): Assignment | undefined {
  const targets: Token[] = []
  for (;;) {
    const name = reader.look()
    if (name?.kind !== 'name' || name.column > 0 !== targets.length > 0) break
    if (!isSign(reader.look(1), '=') || isSign(reader.look(2), '=')) break
    targets.push(name)
    reader.skip(2)
  }
  if (targets.length === 0) return undefined
  const used = new Set<string>()
  const value = readExpression(reader, { names, used }, 0)
  if (reader.look()?.kind !== 'end') return undefined
  reader.skip(1)
  return { targets, value, used }
}

/** Imports of the environment, and texts that stand alone. */
function isHarmless(tokens: readonly Token[]): boolean {
  const words = tokens.map(token =>
    token.kind === 'string' ? '""' : 'text' in token ? token.text : '',
  )
  const line = words.join(' ').trim()
  return (
    line === '' ||
    /^"" ?(?:"" ?)*$/.test(line) ||
    line === 'import os' ||
    /^from os import (?:environ|getenv)(?: , (?:environ|getenv))?$/.test(line) ||
    /^from __future__ import [\w ,]+$/.test(line)
  )
}

/** The names that a statement may change; undefined: any. */
function mentioned(tokens: readonly Token[]): ReadonlySet<string> | undefined {
  const words = tokens.flatMap(token => (token.kind === 'name' ? [token.text] : []))
  const isStar =
    (words[0] === 'from' || words[0] === 'import') && tokens.some(token => isSign(token, '*'))
  const reaches = ['globals', 'vars', 'locals', 'exec', 'eval', 'setattr', 'execfile', '__import__']
  return isStar || words.some(word => reaches.includes(word)) ? undefined : new Set(words)
}

/** Marks names as unknown, with all that was made of them, or what they were made of. */
function doubt(
  touched: ReadonlySet<string> | undefined,
  place: Place,
  names: Map<string, OldEntry>,
  madeOf: ReadonlyMap<string, ReadonlySet<string>>,
): void {
  const what = `what line ${place.line} may have changed`
  const all = new Set([...(touched ?? names.keys())].filter(name => names.has(name)))
  for (let size = -1; size !== all.size; ) {
    size = all.size
    for (const [name, used] of madeOf) {
      // A list that two names share changes under both.
      if ([...used].some(one => all.has(one))) all.add(name)
      if (all.has(name)) for (const one of used) all.add(one)
    }
  }
  for (const name of all) {
    const entry = names.get(name)
    if (entry !== undefined) names.set(name, { ...entry, value: { ...place, kind: 'other', what } })
  }
}

const isSign = (token: Token | undefined, text: string): boolean =>
  token?.kind === 'sign' && token.text === text
