/** The lines of INI text that say something, by the rules of go-ini, the library of saml2aws. */
import { Failure } from '../failure.ts'
import { type Quote, readKeyName, readValue } from './ini-line.ts'

/** A section or a key, and its first and last line, from 0. */
export type IniEntry =
  | { readonly kind: 'section'; readonly name: string; readonly at: number; readonly last: number }
  | {
      readonly kind: 'key'
      readonly name: string
      readonly value: string
      /** What follows the `=` or `:` of the first line. */
      readonly rest: string
      readonly at: number
      readonly last: number
    }

const maxLines = 20_000

/**
 * Reads connections (go-ini, parser.go): `[section]`, `key = value` or `key: value`. A line that begins
 * with `#` or `;` is a comment, and so is the rest of a line from either on, unless the value stands in
 * backticks or three double quotes, which may span lines. A backslash at the end goes on with the next line.
 * Throws `Failure` `configuration` with the line of what is none of these; its text may be a secret.
 */
export function iniEntries(text: string, file: string): readonly IniEntry[] {
  const lines = text.replace(/^\ufeff/, '').split('\n')
  if (lines.length > maxLines) throw bad(file, maxLines, `at most ${maxLines} lines`)
  const entries: IniEntry[] = []
  for (let at = 0; at < lines.length; at++) {
    const line = (lines[at] ?? '').trim()
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue
    if (line.startsWith('[')) {
      const end = line.lastIndexOf(']')
      if (end < 2) throw bad(file, at + 1, '`[name]`')
      entries.push({ kind: 'section', name: line.slice(1, end), at, last: at })
      continue
    }
    const key = readKeyName(line)
    if (key === undefined) throw bad(file, at + 1, '`[section]`, `key = value` or a comment')
    const { value, last } = wholeValue(key.rest, lines, at, file)
    entries.push({ kind: 'key', ...key, value, at, last })
    at = last
  }
  return entries
}

/** The value that begins at a line, and the line on which it ends. */
function wholeValue(
  rest: string,
  lines: readonly string[],
  at: number,
  file: string,
): { readonly value: string; readonly last: number } {
  const first = readValue(rest)
  if (first.kind === 'whole') return { value: first.value, last: at }
  if (first.kind === 'goes-on') {
    let value = first.value
    for (let last = at + 1; last < lines.length; last++) {
      const next = (lines[last] ?? '').trim()
      if (!next.endsWith('\\')) return { value: value + next, last }
      value += next.slice(0, -1)
    }
    return { value, last: lines.length }
  }
  return quotedLines(first.value, first.quote, lines, at, file)
}

function quotedLines(
  first: string,
  quote: Quote,
  lines: readonly string[],
  at: number,
  file: string,
): { readonly value: string; readonly last: number } {
  const parts = [first]
  for (let last = at + 1; last < lines.length; last++) {
    const next = lines[last] ?? ''
    const end = next.lastIndexOf(quote)
    if (end >= 0) return { value: [...parts, next.slice(0, end)].join('\n'), last }
    parts.push(next)
  }
  throw bad(
    file,
    at + 1,
    `${quote === '`' ? 'a backtick' : 'three double quotes'} that ends the value`,
  )
}

function bad(file: string, line: number, expected: string): Failure {
  return new Failure(
    'configuration',
    `${file}:${line}: expected ${expected}`,
    'correct that line; `rolecall doctor` checks the whole file',
  )
}
