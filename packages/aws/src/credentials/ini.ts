import { AwsError } from '../errors.ts'

/** The settings of one section; a nested block such as `s3 =` has keys of its own. */
export type IniSection = ReadonlyMap<string, string | ReadonlyMap<string, string>>

type MutableSection = Map<string, string | Map<string, string>>

const maxLength = 1024 * 1024

/**
 * Reads a shared configuration or credentials file as the AWS SDKs do (AWS SDKs and Tools Reference
 * Guide, "Shared config and credentials files"):
 *
 * - `[section]`, then `key = value`; keys are compared in lower case; the last of equal keys counts, and
 *   equal sections are one.
 * - Lines that begin with `#` or `;` are comments, and so is the rest of a line after a blank and one of
 *   these.
 * - An indented line goes on the value before it: as `key = value` of a nested block when that value is
 *   empty, else as another line of it.
 *
 * Throws {@link AwsError} `bad_profile_file` with the line number of a line that is none of these; its text,
 * which may be a secret, is not shown.
 */
export function parseIni(text: string, file: string): ReadonlyMap<string, IniSection> {
  if (text.length > maxLength) {
    throw new AwsError('bad_profile_file', `${file}: longer than ${maxLength} characters`)
  }
  const sections = new Map<string, MutableSection>()
  let section: MutableSection | undefined
  let key: string | undefined
  const bad = (at: number, expected: string) =>
    new AwsError('bad_profile_file', `${file}, line ${at + 1}: expected ${expected}`)

  text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\r|\n/)
    .forEach((raw, at) => {
      const line = raw.replace(/^[#;].*|[ \t][#;].*/, '').trimEnd()
      if (line.trim() === '') return
      if (/^[ \t]/.test(line)) {
        if (section === undefined || key === undefined)
          throw bad(at, 'a key before an indented line')
        section.set(
          key,
          continued(section.get(key) ?? '', line.trim()) ?? fail(bad(at, '`key = value`')),
        )
        return
      }
      if (line.startsWith('[')) {
        const name = /^\[([^\][]+)\]$/.exec(line)?.[1]
        if (name === undefined) throw bad(at, '`[section]`')
        const named = sectionName(name)
        section = sections.get(named) ?? new Map()
        sections.set(named, section)
        key = undefined
        return
      }
      const [, name, value = ''] = /^([^=\s][^=]*?)\s*=\s*(.*)$/.exec(line) ?? []
      if (name === undefined) throw bad(at, '`[section]`, `key = value` or a comment')
      if (section === undefined) throw bad(at, 'a `[section]` before the first key')
      key = name.toLowerCase()
      section.set(key, value)
    })
  return sections
}

/** The section's name with its parts separated by one blank, quotes removed: `profile my name`. */
function sectionName(text: string): string {
  const [, type, quoted] = /^\s*(\S+)\s+"([^"]+)"\s*$/.exec(text) ?? []
  if (type !== undefined) return `${type} ${quoted}`
  return text
    .trim()
    .replace(/^"([^"]+)"$/, '$1')
    .replace(/^(\S+)\s+/, '$1 ')
}

/** The value with one more indented line; undefined when a nested line is not `key = value`. */
function continued(
  value: string | Map<string, string>,
  line: string,
): string | Map<string, string> | undefined {
  if (typeof value === 'string' && value !== '') return `${value}\n${line}`
  const [, name, nested = ''] = /^([^=\s][^=]*?)\s*=\s*(.*)$/.exec(line) ?? []
  if (name === undefined) return undefined
  const block = typeof value === 'string' ? new Map<string, string>() : value
  return block.set(name.toLowerCase(), nested)
}

function fail(error: AwsError): never {
  throw error
}
