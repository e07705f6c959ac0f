/** Edits of a file of connections, which go-ini and `readIni` read by other rules than AWS's files. */
import { Failure } from '../failure.ts'
import { type IniRules, type KeyChanges, removeSection, setKeys } from '../files/ini-edit.ts'
import type { IniLine } from '../files/ini-lines.ts'
import { plainSection } from '../files/ini-names.ts'
import { readIni } from './ini.ts'
import { iniEntries } from './ini-entries.ts'
import { writtenValue } from './ini-line.ts'

/** Keys and their values as they are read; undefined takes one out. */
export type Changes = ReadonlyMap<string, string | undefined>

/**
 * The text with these keys in a section, which is made when it is not there; every other byte stays. `file` is
 * for messages. Throws `Failure` `configuration` for a text that cannot be read, `refused` for what would not
 * be read as it was given.
 */
export function setSection(text: string, name: string, changes: Changes, file: string): string {
  const written: KeyChanges = Object.fromEntries(
    [...changes].map(([key, value]) => [key, value === undefined ? value : writtenValue(value)]),
  )
  const after = setKeys(text, plainSection(name), written, rulesFor(file))
  const wanted = keysOf(text, file)
  const section = wanted.get(name) ?? new Map<string, string>()
  for (const [key, value] of changes) {
    if (value === undefined) section.delete(key)
    else section.set(key, value)
  }
  if (section.size > 0) wanted.set(name, section)
  checkSame(wanted, keysOf(after, file), name, file)
  return after
}

/** The text with the section anew: these keys and no others. Throws as `setSection` does. */
export function replaceSection(text: string, name: string, keys: Changes, file: string): string {
  const without = removeSection(text, plainSection(name), rulesFor(file))
  const wanted = keysOf(text, file)
  wanted.delete(name)
  checkSame(wanted, keysOf(without, file), name, file)
  return setSection(without, name, keys, file)
}

type Keys = Map<string, Map<string, string>>

function keysOf(text: string, file: string): Keys {
  const { sections } = readIni(text, file)
  return new Map(
    [...sections].map(([name, { keys }]) => [
      name,
      new Map([...keys].map(([key, { value }]) => [key, value])),
    ]),
  )
}

/** An edit that somebody else's key would not survive is none. */
function checkSame(wanted: Keys, found: Keys, name: string, file: string): void {
  const text = (keys: Keys) =>
    JSON.stringify([...keys].map(([section, of]) => [section, [...of].sort()]).sort())
  if (text(wanted) === text(found)) return
  throw new Failure(
    'refused',
    `${file}: [${name}] cannot be written without changing other lines`,
    'end every value on a line of its own, without a backslash at the end of the file',
  )
}

function rulesFor(file: string): IniRules {
  return { lines: text => linesOf(text, file), keyOf: key => key }
}

/** The lines of the text with what go-ini takes each for: indentation counts for nothing. */
function linesOf(text: string, file: string): readonly IniLine[] {
  const parts = text.split(/(\r?\n)/)
  const entries = iniEntries(text, file)
  const lines: IniLine[] = []
  let next = 0
  let section: string | undefined
  let key: string | undefined
  for (let at = 0; 2 * at < parts.length; at += 1) {
    const [whole = '', end = ''] = parts.slice(2 * at, 2 * at + 2)
    if (whole === '' && end === '') continue
    const content = whole.trim()
    const entry = entries[next]
    let kind: IniLine['kind'] = content === '' ? 'blank' : 'comment'
    let valueAt = 0
    if (entry !== undefined && at >= entry.at) {
      kind = at > entry.at ? 'more' : entry.kind
      if (at === entry.at && entry.kind === 'section') [section, key] = [entry.name, undefined]
      else if (at === entry.at && entry.kind === 'key') {
        key = entry.name
        valueAt = whole.trimEnd().length - entry.rest.trimStart().length
      }
      if (at >= entry.last) next += 1
    }
    const indent = whole.slice(0, whole.indexOf(content))
    lines.push({ text: whole, end, indent, kind, section, key, valueAt })
  }
  return lines
}
