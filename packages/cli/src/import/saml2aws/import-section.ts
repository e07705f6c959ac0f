/** One section of `~/.saml2aws` as a section of our file. */
import { buildConnection } from '../../connections/build-connection.ts'
import { isUnset } from '../../connections/configure/base-values.ts'
import { setSection } from '../../connections/edit-section.ts'
import { findKey, type IniFile, type IniKey, readIni } from '../../connections/ini.ts'
import { browserOnly, mfaNamed, providerNamed } from '../../connections/providers.ts'
import { settingOf, unusedKey } from '../../connections/settings.ts'
import { Failure } from '../../failure.ts'
import type { Findings, Place } from '../findings.ts'

/** Keys and values to write; undefined: the section cannot be used, and the findings say why. */
export type ImportedSection = ReadonlyMap<string, string> | undefined

/** What became of one line. */
interface Line {
  readonly key: string
  readonly value: string
  readonly place: Place
}

/** Reports every line of the section, and gives what is to be written. */
export function importSection(
  old: IniFile,
  name: string,
  file: string,
  findings: Findings,
): ImportedSection {
  const section = old.sections.get(name)
  if (section === undefined) return undefined
  const values = new Map<string, string>()
  const inherited = inheritedKeys(old, name)
  const provider = findKey(old, name, 'provider')?.found.value ?? ''
  for (const [key, found] of [...section.keys, ...inherited]) {
    const { value } = findKey(old, name, key)?.found ?? found
    const line: Line = { key, value, place: { file, line: found.line } }
    const kept = keptValue(line, name, provider, findings)
    if (kept !== undefined && isWritable(line, kept, name, findings)) values.set(key, kept)
  }
  const place = { file, line: section.line }
  if (!values.has('url') && !values.has('provider')) {
    findings.changed(place, `[${name}]`, undefined, 'it says nothing about a sign-in')
    return undefined
  }
  const failure = whyNot(values, name, file)
  if (failure === undefined) return values
  findings.refused(
    place,
    `[${name}]`,
    failure.message,
    failure.hint ?? 'correct it, and import again',
  )
  return undefined
}

/** Whether our file can have the line: a value of several lines it cannot. */
function isWritable(
  { key, place }: Line,
  value: string,
  name: string,
  findings: Findings,
): boolean {
  try {
    setSection('', name, new Map([[key, value]]), place.file)
    return true
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    findings.refused(place, `[${name}] ${key}`, error.message, error.hint ?? 'take it out')
    return false
  }
}

/** What the section has from those before its dots, such as `[work]` for `[work.eu]`. */
function inheritedKeys(old: IniFile, name: string): [string, IniKey][] {
  const own = old.sections.get(name)?.keys
  const above = [...old.sections.values()].filter(({ name: other }) => name.startsWith(`${other}.`))
  const keys = new Set(above.flatMap(({ keys }) => [...keys.keys()]))
  return [...keys].flatMap((key): [string, IniKey][] => {
    const found = own?.has(key) ? undefined : findKey(old, name, key)?.found
    return found === undefined ? [] : [[key, found]]
  })
}

/** The value to write; undefined: none, and the findings say why. */
function keptValue(
  { key, value, place }: Line,
  name: string,
  provider: string,
  findings: Findings,
): string | undefined {
  const now = `[${name}] ${key}`
  const leave = (why: string, todo?: string) => {
    findings.changed(place, now, undefined, why, todo)
    return undefined
  }
  const why = unusedKey(key)
  if (why !== undefined) return leave(why)
  if (value === '') return leave('it is empty')
  if (settingOf(key) === undefined) {
    findings.changed(place, now, now, 'copied; neither saml2aws nor this command reads it')
    return value
  }
  if (isUnset(key, value) && key !== 'mfa') {
    return leave(
      key === 'aws_session_duration'
        ? 'saml2aws writes 3600 always; without it a session lasts as the assertion says, else an hour'
        : 'saml2aws writes it always; it is what happens without it',
    )
  }
  if (key === 'provider') return keptProvider(value, now, place, name, findings)
  if (key === 'mfa') {
    const known = providerNamed(provider) ?? 'Browser'
    if (mfaNamed(known, value) === undefined) {
      return leave(`${known} has no second factor ${value}: the one that is there is taken`)
    }
  }
  if (key === 'aws_profile') {
    findings.changed(
      place,
      now,
      now,
      'login writes keys to the credentials file only when it is asked to',
      `rolecall login -a ${name} --write does it; better: rolecall profiles sync, which writes profiles that fetch their keys`,
    )
    return value
  }
  findings.kept(place, now, now)
  return value
}

function keptProvider(
  value: string,
  now: string,
  place: Place,
  name: string,
  findings: Findings,
): string | undefined {
  const known = providerNamed(value)
  const other = browserOnly.find(each => each.toLowerCase() === value.toLowerCase())
  if (known === undefined && other !== undefined) {
    findings.changed(
      place,
      now,
      `[${name}] provider = Browser`,
      `at ${other} your own browser signs in`,
      `try it: rolecall login -a ${name}`,
    )
    return 'Browser'
  }
  findings.kept(place, now, now)
  return known ?? value
}

/** Why a connection of these values could not be used. */
function whyNot(
  values: ReadonlyMap<string, string>,
  name: string,
  path: string,
): Failure | undefined {
  try {
    const ini = readIni(setSection('', name, values, path), path)
    const file = { path, kind: 'ours', ini, exists: true } as const
    const place = { file, section: name }
    buildConnection({ name, flags: {}, env: {}, place, accountNames: new Map() })
    return undefined
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    // The line is that of the text above.
    const message = error.message.replace(/^.*?:\d+ \[[^\]]*\] /, '')
    return new Failure(error.reason, message, error.hint)
  }
}
