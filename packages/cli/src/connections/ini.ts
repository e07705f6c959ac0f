/** Reads INI text as saml2aws does, by the rules of its library go-ini. */
import { iniEntries } from './ini-entries.ts'

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

/** Reads connections (see `iniEntries`). Throws `Failure` `configuration`. */
export function readIni(text: string, file: string): IniFile {
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
  for (const entry of iniEntries(text, file)) {
    const line = entry.at + 1
    if (entry.kind === 'section') {
      section = open(entry.name, line)
      continue
    }
    section ??= open(topSection, line)
    const before = section.keys.get(entry.name)
    if (before !== undefined) {
      repeated.push({ section: section.name, key: entry.name, line, before: before.line })
    }
    section.keys.set(entry.name, { value: entry.value, line })
  }
  return { sections, repeated }
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
