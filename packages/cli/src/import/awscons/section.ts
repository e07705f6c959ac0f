/** One of the dictionaries of the old file, key by key. */
import type { Findings } from '../findings.ts'
import type { OldEntry, OldMap, OldValue } from '../old-value.ts'

/** A dictionary whose keys are taken one by one; `rest` tells of those that nobody took. */
export interface Section {
  readonly name: string
  readonly map: OldMap
  /** The entry with a value that can be used, or undefined when it is missing or was refused. */
  take(key: string): OldEntry | undefined
  rest(): void
}

const todo = 'write the value itself, as a literal, and import the file again'

/** Reads the dictionary of this name; undefined, and told, when the file has none. */
export function sectionOf(
  names: ReadonlyMap<string, OldEntry>,
  name: string,
  file: string,
  findings: Findings,
): Section | undefined {
  const entry = names.get(name)
  if (entry?.value.kind === 'map') {
    // What it was made of is told with the line of the dictionary.
    return createSection(name, entry.value, findings)
  }
  const place = entry ?? { file, line: 1 }
  const why =
    entry === undefined
      ? `the file gives no dictionary to ${name}`
      : `${name} is no dictionary of literals${entry.value.kind === 'other' ? `: ${entry.value.what}` : ''}`
  findings.refused(place, name, why, todo)
  return undefined
}

/** A section of any dictionary. */
export function createSection(name: string, map: OldMap, findings: Findings): Section {
  const taken = new Set<string>()
  return {
    name,
    map,
    take(key) {
      taken.add(key)
      const entry = map.entries.get(key)
      if (entry === undefined) return undefined
      const value = known(entry.value)
      if (value === undefined) {
        const what = entry.value.kind === 'variable' ? `the variable ${entry.value.name}` : 'what'
        const why =
          entry.value.kind === 'variable'
            ? `the value is that of ${what}, and there is no default for it`
            : `the value is ${entry.value.kind === 'other' ? entry.value.what : 'unknown'}`
        findings.refused(entry, `${name}.${key}`, why, todo)
        return undefined
      }
      if (entry.value.kind === 'variable') {
        const why = `the environment variable ${entry.value.name} could change it; its default counts now`
        findings.changed(entry, `${name}.${key}`, undefined, why, 'look what the variable says')
      }
      return { file: entry.file, line: entry.line, value }
    },
    rest() {
      for (const [key, entry] of map.entries) {
        if (taken.has(key)) continue
        findings.changed(entry, `${name}.${key}`, undefined, 'the old program did not read it')
      }
    },
  }
}

function known(value: OldValue): OldValue | undefined {
  if (value.kind === 'variable') {
    return value.fallback === undefined || value.fallback.kind === 'nothing'
      ? undefined
      : known(value.fallback)
  }
  return value.kind === 'other' ? undefined : value
}
