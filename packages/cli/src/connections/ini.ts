/** Reads INI text as saml2aws does, by the rules of its library go-ini. */
import { Failure } from '../failure.ts'
import { type Quote, readKeyName, readValue } from './ini-line.ts'

/** A key with its value and the line where it stands, from 1. */
export interface IniKey {
  readonly value: string
  readonly line: number
}

/** A section; of a key that stands twice the later counts. */
export interface IniSection {
  readonly name: string
  readonly line: number
  readonly keys: ReadonlyMap<string, IniKey>
}

/** What a file holds, in its order. */
export interface IniFile {
  readonly sections: ReadonlyMap<string, IniSection>
  /** Keys and sections that stand again. */
  readonly repeated: readonly {
    readonly section: string
    readonly key: string | undefined
    readonly line: number
    readonly before: number
  }[]
}

/** Keys above the first section are of this one. */
export const topSection = 'DEFAULT'

const maxLines = 20_000

/**
 * Reads connections (go-ini, parser.go): `[section]`, `key = value` or `key: value`. A line that begins
 * with `#` or `;` is a comment, and so is the rest of a line from either on, unless the value stands in
 * backticks or three double quotes, which may span lines. A backslash at the end goes on with the next line.
 * Throws `Failure` `configuration` with the line of what is none of these; its text may be a secret.
 */
export function readIni(text: string, file: string): IniFile {
  const lines = text.replace(/^\ufeff/, '').split('\n')
  if (lines.length > maxLines) throw bad(file, maxLines, `at most ${maxLines} lines`)
  const sections = new Map<string, { name: string; line: number; keys: Map<string, IniKey> }>()
  const repeated: IniFile['repeated'][number][] = []
  const open = (name: string, line: number) => {
    const before = sections.get(name)
    if (before !== undefined) {
      repeated.push({ section: name, key: undefined, line, before: before.line })
      return before
    }
    const section = { name, line, keys: new Map<string, IniKey>() }
    sections.set(name, section)
    return section
  }
  let section: ReturnType<typeof open> | undefined
  for (let at = 0; at < lines.length; at++) {
    const line = (lines[at] ?? '').trim()
    const number = at + 1
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue
    if (line.startsWith('[')) {
      const end = line.lastIndexOf(']')
      if (end < 2) throw bad(file, number, '`[name]`')
      section = open(line.slice(1, end), number)
      continue
    }
    const key = readKeyName(line)
    if (key === undefined) throw bad(file, number, '`[section]`, `key = value` or a comment')
    const { value, last } = wholeValue(key.rest, lines, at, file)
    section ??= open(topSection, number)
    const before = section.keys.get(key.name)
    if (before !== undefined) {
      repeated.push({ section: section.name, key: key.name, line: number, before: before.line })
    }
    section.keys.set(key.name, { value, line: number })
    at = last
  }
  return { sections, repeated }
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

/** A value as it stands in a section: its own, else that of the section before the last dot of the name. */
export function findKey(
  { sections }: IniFile,
  section: string,
  key: string,
): { readonly section: string; readonly found: IniKey } | undefined {
  for (let name = section; ; name = name.slice(0, name.lastIndexOf('.'))) {
    const found = sections.get(name)?.keys.get(key)
    if (found !== undefined) {
      return {
        section: name,
        found: { ...found, value: filledIn(sections, name, key, found.value) },
      }
    }
    if (!name.includes('.')) return undefined
  }
}

const maxReferences = 20

/** `%(key)s` stands for another value of the section, or of those above the first section. */
function filledIn(
  sections: IniFile['sections'],
  section: string,
  key: string,
  value: string,
): string {
  let text = value
  for (let count = 0; count < maxReferences && text.length < 10_000; count++) {
    const [reference, name] = /%\(([^)]+)\)s/.exec(text) ?? []
    if (reference === undefined || name === undefined) return text
    const own = name === key ? undefined : sections.get(section)?.keys.get(name)
    const other = own ?? sections.get(topSection)?.keys.get(name)
    // saml2aws would end with a crash here.
    if (other === undefined) return text
    text = text.replaceAll(reference, () => other.value)
  }
  return text
}

function bad(file: string, line: number, expected: string): Failure {
  return new Failure(
    'configuration',
    `${file}:${line}: expected ${expected}`,
    'correct that line; `rolecall doctor` checks the whole file',
  )
}
