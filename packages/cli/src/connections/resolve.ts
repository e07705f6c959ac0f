/** Which value a setting has: flag, then variable, then file. */
import { Failure } from '../failure.ts'
import { type ConnectionFlags, camelCase } from './flags.ts'
import { findKey, topSection } from './ini.ts'
import { readBoolean } from './ini-line.ts'
import type { ConnectionFile } from './read-files.ts'
import { nameOf, type SettingName, settings } from './settings.ts'

/** Where a value was found. */
export type Origin =
  | { readonly kind: 'flag'; readonly flag: string }
  | { readonly kind: 'variable'; readonly name: string }
  | {
      readonly kind: 'file'
      readonly file: ConnectionFile
      readonly line: number
      readonly section: string
      readonly key: string
    }

/** A value that somebody has set. */
export interface Value {
  readonly text: string
  readonly from: Origin
}

/** The values of a connection; what is not set is not in it. */
export type Values = ReadonlyMap<SettingName, Value>

/** A section of a file. */
export interface Place {
  readonly file: ConnectionFile
  readonly section: string
}

type Environment = Readonly<Record<string, string | undefined>>

/** Finds each setting; an empty value is none, as in saml2aws. */
export function resolveValues(
  flags: ConnectionFlags,
  env: Environment,
  place: Place | undefined,
): Values {
  const given = new Map<string, string | boolean | undefined>(Object.entries(flags))
  const values = new Map<SettingName, Value>()
  for (const setting of settings) {
    const flag = 'flag' in setting ? setting.flag : undefined
    const names: readonly string[] = 'env' in setting ? setting.env : []
    const value =
      (flag === undefined ? undefined : fromFlag(flag, given.get(camelCase(flag)))) ??
      fromVariable(names, env) ??
      (setting.key === undefined || place === undefined ? undefined : fromFile(setting.key, place))
    if (value !== undefined) values.set(nameOf(setting), value)
  }
  return values
}

function fromFlag(flag: string, given: string | boolean | undefined): Value | undefined {
  if (given === undefined || given === '' || given === false) return undefined
  return { text: String(given), from: { kind: 'flag', flag: `--${flag}` } }
}

function fromVariable(names: readonly string[], env: Environment): Value | undefined {
  for (const name of names) {
    const text = env[name]
    if (text) return { text, from: { kind: 'variable', name } }
  }
  return undefined
}

function fromFile(key: string, { file, section }: Place): Value | undefined {
  const found = findKey(file.ini, section, key)
  if (found === undefined || found.found.value === '') return undefined
  const { value, line } = found.found
  return { text: value, from: { kind: 'file', file, line, section: found.section, key } }
}

/** `~/.saml2aws:3 [work] url`, `--url` or `SAML2AWS_URL`. */
export function placeOf(from: Origin): string {
  if (from.kind === 'flag') return from.flag
  if (from.kind === 'variable') return from.name
  const section = from.section === topSection ? '' : `[${from.section}] `
  return `${from.file.path}:${from.line} ${section}${from.key}`
}

/** A value that cannot be used: where it stands, what it is, what to do. */
export function badValue(value: Value, expected: string, hint: string): Failure {
  // What stands before an @ in an address is a password, also where the address is none.
  const harmless = value.text.replace(/\/\/.*@/s, '//…@')
  const text = harmless.length > 100 ? `${harmless.slice(0, 100)}…` : harmless
  const reason = value.from.kind === 'flag' ? 'usage' : 'configuration'
  return new Failure(reason, `${placeOf(value.from)}: expected ${expected}, found "${text}"`, hint)
}

/** A yes or no. */
export function booleanOf(values: Values, name: SettingName): boolean {
  const value = values.get(name)
  if (value === undefined) return false
  const answer = readBoolean(value.text)
  if (answer !== undefined) return answer
  throw badValue(value, 'true or false', 'write true or false there')
}

/** A whole number within bounds; 0 is none, as in saml2aws. */
export function numberOf(
  values: Values,
  name: SettingName,
  { least, most, unit }: { readonly least: number; readonly most: number; readonly unit: string },
): number | undefined {
  const value = values.get(name)
  if (value === undefined || /^0+$/.test(value.text)) return undefined
  const number = Number(value.text)
  if (/^\d{1,9}$/.test(value.text) && number >= least && number <= most) return number
  throw badValue(
    value,
    `${unit}: a whole number from ${least} to ${most}`,
    'write such a number there, or take the line out',
  )
}
