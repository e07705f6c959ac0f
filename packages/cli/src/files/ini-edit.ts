/** Edits of the text of an INI file. Every byte outside the touched keys stays as it is. */
import { type IniLine, iniLines, textOfLines } from './ini-lines.ts'
import { checkKey, checkValue, type SectionName } from './ini-names.ts'

/** Keys and their new values; undefined removes one. */
export type KeyChanges = Readonly<Record<string, string | undefined>>

/** How a file is read: which lines are what, and which keys are the same. */
export interface IniRules {
  readonly lines: (text: string) => readonly IniLine[]
  readonly keyOf: (key: string) => string
}

/** Those of AWS's command. */
const awsRules: IniRules = { lines: iniLines, keyOf: key => key.toLowerCase() }

type Line = Pick<IniLine, 'text' | 'end'>

/**
 * Sets and removes keys of a section, which is made when it is not there and something is set. A key that
 * stands several times is changed at each place. Throws `Failure` `refused` for names and values that
 * would not be read as they were given.
 */
export function setKeys(
  text: string,
  name: SectionName,
  changes: KeyChanges,
  { lines: linesOf, keyOf }: IniRules = awsRules,
): string {
  const wanted = new Map(
    Object.entries(changes).map(([key, value]) => [
      keyOf(checkKey(key)),
      { key, value: value === undefined ? undefined : checkValue(name.header, key, value) },
    ]),
  )
  const lines = linesOf(text)
  const section = sectionIn(lines, name)
  const missing = new Map([...wanted].filter(([, { value }]) => value !== undefined))
  const kept: Line[] = []
  /** Index in `kept` behind the last line of the section that says something. */
  let end: number | undefined
  let indent: string | undefined
  for (const line of lines) {
    const inside = section !== undefined && line.section === section
    const change = inside && line.key !== undefined ? wanted.get(line.key) : undefined
    if (inside && line.kind === 'section') {
      end = kept.length + 1
      indent = undefined
    }
    if (change === undefined || (line.kind !== 'key' && line.kind !== 'more')) {
      kept.push(line)
      if (inside && (line.kind === 'key' || line.kind === 'more')) end = kept.length
    } else if (change.value !== undefined && line.kind === 'key') {
      kept.push({ text: withValue(line, change.value), end: line.end })
      missing.delete(line.key ?? '')
      end = kept.length
    }
    if (inside && line.kind === 'key') indent = line.indent
  }
  if (missing.size === 0) return textOfLines(kept)
  const fresh = [...missing.values()].map(({ key, value }) => `${key} = ${value}`.trimEnd())
  if (end === undefined) return appended(textOfLines(kept), [`[${name.header}]`, ...fresh], linesOf)
  const lead = indent ?? indentAfter(kept, end)
  return inserted(
    kept,
    end,
    fresh.map(line => lead + line),
  )
}

/** Removes a section at every place where it stands, with the comments among its keys. */
export function removeSection(
  text: string,
  name: SectionName,
  { lines: linesOf }: IniRules = awsRules,
): string {
  const lines = linesOf(text)
  const section = sectionIn(lines, name)
  if (section === undefined) return text
  const says = ({ kind }: IniLine) => kind !== 'blank' && kind !== 'comment'
  const kept: Line[] = []
  /** Of the key whose value would go on in a line that is indented deeper. */
  let depth: number | undefined
  for (const [at, line] of lines.entries()) {
    if (line.section === section) {
      // What stands before the next section is about that one.
      const next = says(line) ? line : lines.slice(at).find(says)
      if (next !== undefined && next.kind !== 'section') continue
      if (says(line)) continue
      kept.push(line)
      continue
    }
    if (line.kind === 'section') {
      const goesOn = depth !== undefined && line.indent.length > depth
      kept.push(goesOn ? { text: line.text.slice(line.indent.length), end: line.end } : line)
      depth = undefined
      continue
    }
    if (line.kind === 'key') depth = line.indent.length
    kept.push(line)
  }
  return textOfLines(kept)
}

/** The text with lines at its end, parted from what is before them by an empty line. */
export function appended(
  text: string,
  lines: readonly string[],
  linesOf: IniRules['lines'] = iniLines,
): string {
  const old = linesOf(text)
  const last = old.at(-1)
  const end = lineEnd(old)
  const gap = last === undefined || last.text.trim() === '' ? '' : end
  const closed = last === undefined || last.end !== '' ? '' : end
  return text + closed + gap + lines.map(line => line + end).join('')
}

/** The line end of the file: that of its last line which has one. */
export function lineEnd(lines: readonly Line[]): string {
  return lines.findLast(line => line.end !== '')?.end ?? '\n'
}

/** Of several spellings of one name AWS's command takes the one that comes last. */
function sectionIn(lines: readonly IniLine[], { means }: SectionName): string | undefined {
  const headers = lines.filter(line => line.kind === 'section').map(line => line.section ?? '')
  return [...new Set(headers)].findLast(means)
}

/** The line up to its value, and the new one. */
function withValue({ text, valueAt }: IniLine, value: string): string {
  const before = text.slice(0, valueAt)
  const gap = value !== '' && /\s[=:]$/.test(before) ? ' ' : ''
  return value === '' ? before.trimEnd() : before + gap + value
}

/** What follows a section without keys would go on a value that is indented less. */
function indentAfter(lines: readonly Line[], at: number): string {
  const next = iniLines(textOfLines(lines.slice(at))).find(
    ({ kind }) => kind !== 'blank' && kind !== 'comment',
  )
  return next?.indent ?? ''
}

function inserted(lines: readonly Line[], at: number, fresh: readonly string[]): string {
  const before = lines.slice(0, at)
  const last = before.at(-1)
  const end = last?.end || lineEnd(lines)
  const closed =
    last === undefined || last.end !== '' ? before : [...before.slice(0, -1), { ...last, end }]
  return textOfLines([...closed, ...fresh.map(text => ({ text, end })), ...lines.slice(at)])
}
