/** The tokens of a Python file, as far as a configuration of literals has them. */
import type { Place } from '../findings.ts'
import { UnreadableOld } from '../old-value.ts'
import { readString } from './string-literal.ts'

/** A token; `line` and `column` are where it begins, the column from 0. */
export type Token = { readonly line: number; readonly column: number } & (
  | { readonly kind: 'name' | 'number' | 'sign'; readonly text: string }
  /** undefined: bytes, or a text that Python would have to compute. */
  | { readonly kind: 'string'; readonly text: string | undefined }
  | { readonly kind: 'end' }
)

const maxTokens = 500_000
const opening = new Set(['(', '[', '{'])
const closing = new Set([')', ']', '}'])

/**
 * Reads a file into tokens; `end` ends a statement, inside brackets there is none. Throws `UnreadableOld` where
 * Python would raise a SyntaxError.
 */
export function readTokens(text: string, file: string): readonly Token[] {
  const source = text.replace(/\r\n?/g, '\n')
  const tokens: Token[] = []
  let [at, line, lineStart, depth] = [0, 1, 0, 0]
  const place = (): Place => ({ file, line })
  const newLine = (length: number) => {
    at += length
    line += 1
    lineStart = at
  }
  const push = (token: Token) => {
    if (tokens.push(token) > maxTokens) {
      throw new UnreadableOld(place(), 'the file is longer than any configuration', 'shorten it')
    }
  }
  const rest = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    return pattern.exec(source)?.[0]
  }
  while (at < source.length) {
    const where = { line, column: at - lineStart }
    const character = source.charAt(at)
    if (character === '\n') {
      if (depth === 0 && (tokens.at(-1)?.kind ?? 'end') !== 'end') push({ kind: 'end', ...where })
      newLine(1)
      continue
    }
    if (source.startsWith('\\\n', at)) {
      newLine(2)
      continue
    }
    const blank = rest(/[ \t\f]+|#[^\n]*/y)
    if (blank !== undefined) {
      at += blank.length
      continue
    }
    const prefix = rest(/[A-Za-z]{0,2}(?='|")/y)
    if (prefix !== undefined) {
      const read = readString(source, at, prefix, place())
      push({ kind: 'string', text: read.text, ...where })
      line += source.slice(at, read.end).split('\n').length - 1
      const last = source.lastIndexOf('\n', read.end - 1)
      if (last >= at) lineStart = last + 1
      at = read.end
      continue
    }
    const number = rest(/(?:0[xX][0-9a-fA-F_]+|\d[\d_]*(?:\.\d*)?(?:[eE][-+]?\d+)?)/y)
    const name = number === undefined ? rest(/[\p{L}_][\p{L}\p{N}_]*/uy) : undefined
    if (number !== undefined || name !== undefined) {
      const word = number ?? name ?? ''
      push({ kind: number === undefined ? 'name' : 'number', text: word, ...where })
      at += word.length
      continue
    }
    if (character === ';' && depth === 0) push({ kind: 'end', ...where })
    else push({ kind: 'sign', text: character, ...where })
    if (opening.has(character)) depth += 1
    if (closing.has(character)) depth -= 1
    at += 1
  }
  if (depth !== 0) {
    throw new UnreadableOld(place(), 'a bracket is not closed', 'Python refused it too; mend it')
  }
  push({ kind: 'end', line, column: 0 })
  return tokens
}
