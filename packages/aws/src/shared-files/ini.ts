import { AwsError } from '../errors.ts'
import { linesOf, strip, stripEnd } from './blanks.ts'

/** A setting: a text, or a nested block such as `s3 =` with keys of its own. */
export type Setting = string | ReadonlyMap<string, string>

/** The settings of one section by name in lower case; names in a nested block stay as they are. */
export type IniSection = ReadonlyMap<string, Setting>

/** A value as it grows line by line, and where it began. */
interface OpenValue {
  readonly lines: string[]
  readonly at: number
}

type OpenSection = Map<string, OpenValue>

const maxLength = 1024 * 1024
/** Settings of the common section, once for each section. */
const maxCommon = 100_000
/** Its settings stand in every section. */
const commonSection = 'DEFAULT'

/**
 * Reads a shared configuration or credentials file with the rules of AWS's own command, which are those of
 * Python's `configparser` (and AWS SDKs and Tools Reference Guide, "Shared config and credentials files"):
 *
 * - `[section]`, whatever follows it; then `key = value` or `key: value`.
 * - A line that begins with `#` or `;` is a comment; within a line they are none.
 * - A line that is indented deeper than its key goes on its value. A value whose first line is empty is a
 *   nested block of `key = value`.
 *
 * More tolerant than it in two things: a byte order mark is passed over, and a section may stand in several
 * places. Throws {@link AwsError} `bad_profile_file` with the number of a line that is none of these or
 * sets a key anew to another value; its text, which may be a secret, is not shown.
 */
export function parseIni(text: string, file: string): ReadonlyMap<string, IniSection> {
  if (text.length > maxLength) {
    throw new AwsError('bad_profile_file', `${file}: longer than ${maxLength} characters`)
  }
  const common: OpenSection = new Map()
  const sections = new Map<string, OpenSection>()
  let section: OpenSection | undefined
  let value: OpenValue | undefined
  let indent = 0

  const add = (target: OpenSection, key: string, open: OpenValue) => {
    const before = target.get(key)
    if (before !== undefined) clashes.push([before, open, key])
    target.set(key, open)
  }
  const clashes: [before: OpenValue, after: OpenValue, key: string][] = []

  for (const [at, raw] of text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\r|\n/)
    .entries()) {
    const line = strip(raw)
    if (line.startsWith('#') || line.startsWith(';')) continue
    if (line === '') {
      value?.lines.push('')
      continue
    }
    const depth = raw.indexOf(line)
    if (value !== undefined && depth > indent) {
      value.lines.push(line)
      continue
    }
    indent = depth
    value = undefined
    const name = /^\[(.+)\]/s.exec(line)?.[1]
    if (name !== undefined) {
      section = name === commonSection ? common : (sections.get(name) ?? new Map())
      if (name !== commonSection) sections.set(name, section)
      continue
    }
    if (section === undefined) throw bad(file, at, 'a `[section]` before the first key')
    const [, key, first] = /^([^=:]+)[=:](.*)$/s.exec(line) ?? []
    if (key === undefined || first === undefined) {
      throw bad(file, at, '`[section]`, `key = value` or a comment')
    }
    value = { lines: [strip(first)], at }
    add(section, stripEnd(key).toLowerCase(), value)
  }
  for (const [before, after, key] of clashes) {
    if (joined(before) === joined(after)) continue
    throw bad(
      file,
      after.at,
      `one value for ${nameable(key)}, which line ${before.at + 1} sets too`,
    )
  }
  if (common.size * sections.size > maxCommon) {
    const what = `${sections.size} sections have the ${common.size} settings of [${commonSection}]`
    throw new AwsError(
      'bad_profile_file',
      `${file}: ${what}, which is more than ${maxCommon} in all`,
    )
  }
  const closed = [...sections].map(([name, open]): [string, IniSection] => [
    name,
    closedSection(new Map([...common, ...open]), file),
  ])
  return new Map(closed)
}

function closedSection(open: OpenSection, file: string): IniSection {
  return new Map([...open].map(([key, value]) => [key, settingOf(value, file)]))
}

function settingOf(value: OpenValue, file: string): Setting {
  const text = joined(value)
  if (!text.startsWith('\n')) return text
  const block = new Map<string, string>()
  for (const [offset, line] of linesOf(text).entries()) {
    const stripped = strip(line)
    if (stripped === '') continue
    const [, key, nested] = /^([^=]*)=(.*)$/s.exec(stripped) ?? []
    if (key === undefined || nested === undefined) {
      throw bad(file, value.at + offset, '`key = value` in the nested block that begins above')
    }
    block.set(stripEnd(key), strip(nested))
  }
  return block
}

function joined({ lines }: OpenValue): string {
  return stripEnd(lines.join('\n'))
}

/** Keys are names; a line that is a secret may look like one. */
function nameable(key: string): string {
  return /^[a-z0-9_.-]{1,64}$/.test(key) && !/[a-z0-9]{20}/.test(key) ? `\`${key}\`` : 'this key'
}

function bad(file: string, at: number, expected: string): AwsError {
  return new AwsError('bad_profile_file', `${file}, line ${at + 1}: expected ${expected}`)
}
