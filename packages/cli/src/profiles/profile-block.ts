/** The managed block of one connection in `~/.aws/config`: its marks, its lines, what it holds. */

import { iniLines } from '../files/ini-lines.ts'
import { checkValue, profileOf, profileSection } from '../files/ini-names.ts'
import { type BlockMarks, blockIn } from '../files/managed-block.ts'

/** A profile as it stands in a block. */
export interface BlockProfile {
  readonly profile: string
  readonly settings: Readonly<Record<string, string>>
}

/** A connection's block. */
export interface ProfileBlock {
  readonly prefix: string
  readonly format: string
  readonly profiles: readonly BlockProfile[]
}

const family = '# rolecall profiles '
const beginning = `${family}begin `
const ending = `${family}end `
const remembered = (name: string) => `# --${name} `

/** The marks of a connection's block. */
export function marksOf(connection: string): BlockMarks {
  const name = encodeURIComponent(connection)
  return {
    begin: `${beginning}${name} (\`rolecall profiles sync\` writes these lines; edits are lost)`,
    end: `${ending}${name}`,
    family,
  }
}

/** The connections that have a block in the text. */
export function connectionsWithBlock(text: string): readonly string[] {
  const names = iniLines(text)
    .map(({ kind, text: line }) => (kind === 'comment' ? line.trim() : ''))
    .filter(line => line.startsWith(beginning))
    .map(line => decoded(/^\S*/.exec(line.slice(beginning.length))?.[0] ?? ''))
  return [...new Set(names)]
}

/** The lines between the marks. Throws `Failure` `refused` for what would be read as something else. */
export function blockLines({ prefix, format, profiles }: ProfileBlock): readonly string[] {
  if (profiles.length === 0) return []
  const sections = profiles.flatMap(({ profile, settings }) => [
    '',
    `[${profileSection(profile).header}]`,
    ...Object.entries(settings).map(
      ([key, value]) => `${key} = ${checkValue(profile, key, value)}`,
    ),
  ])
  const lead = prefix === '' ? [] : [`${remembered('prefix')}${encoded(prefix)}`]
  return [...lead, `${remembered('format')}${encoded(format)}`, ...sections]
}

/** What the connection's block holds; undefined when there is none. Throws `Failure` `configuration`. */
export function readBlock(
  text: string,
  connection: string,
  file: string,
): ProfileBlock | undefined {
  const lines = blockIn(text, marksOf(connection), file)
  if (lines === undefined) return undefined
  const option = (name: string) => {
    const line = lines.find(one => one.startsWith(remembered(name)))
    return decoded(line?.slice(remembered(name).length).trim() ?? '')
  }
  const profiles = new Map<string, Record<string, string>>()
  for (const { kind, section, key, text: line, valueAt } of iniLines(lines.join('\n'))) {
    const profile = section === undefined ? undefined : profileOf(section)
    if (profile === undefined) continue
    const settings = profiles.get(profile) ?? {}
    profiles.set(profile, settings)
    if (kind === 'key' && key !== undefined) settings[key] = line.slice(valueAt).trimEnd()
  }
  return {
    prefix: option('prefix'),
    format: option('format'),
    profiles: [...profiles].map(([profile, settings]) => ({ profile, settings })),
  }
}

/** See `BlockMarks`. */
const encoded = (text: string) => text.replace(/[%=:]/g, encodeURIComponent)

function decoded(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
