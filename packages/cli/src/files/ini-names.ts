import { splitWords, strip } from '@rolecall/aws/shared-files'
import { Failure } from '../failure.ts'

/** Names a section of a file: the header it gets when it is new, and the headers that mean the same. */
export interface SectionName {
  /** Between the brackets. */
  readonly header: string
  readonly means: (header: string) => boolean
}

/** The section with exactly this header: a profile of the credentials file, a connection. */
export function plainSection(name: string): SectionName {
  checkName('section', name)
  return Object.freeze({ header: name, means: (header: string) => header === name })
}

/**
 * A profile of `~/.aws/config`: `[default]`, `[profile NAME]`, with quotes when a shell would need them (AWS
 * SDKs and Tools Reference Guide, "Shared config and credentials files").
 */
export function profileSection(name: string): SectionName {
  checkName('profile', name)
  const quoted = /^[\w@%+=:,./-]+$/.test(name) ? name : `"${name.replace(/["\\]/g, '\\$&')}"`
  const header = name === 'default' ? name : `profile ${quoted}`
  return Object.freeze({ header, means: (other: string) => profileOf(other) === name })
}

/** The profile that a header of `~/.aws/config` names; undefined for other sections. */
export function profileOf(header: string): string | undefined {
  if (header === 'default') return header
  if (!header.startsWith('profile')) return undefined
  const [, name, more] = splitWords(header) ?? []
  return more === undefined ? name : undefined
}

/** Refuses a name that would end its header, begin a line of its own or be read as another name. */
function checkName(what: 'section' | 'profile', name: string): void {
  const why =
    name === ''
      ? 'it is empty'
      : name === 'DEFAULT'
        ? 'AWS’s tools take [DEFAULT] for every section'
        : name.includes('[') || name.includes(']')
          ? 'it has a bracket'
          : badText(name)
  if (why === undefined) return
  throw new Failure(
    'refused',
    `${what} name ${JSON.stringify(name)} cannot be written: ${why}`,
    'choose a name of letters, digits, - _ . / @',
  )
}

/** Refuses a key that is no plain name. Gives it in the case it has. */
export function checkKey(key: string): string {
  if (/^\w[\w.-]{0,127}$/.test(key)) return key
  throw new Failure(
    'refused',
    `key ${JSON.stringify(key)} cannot be written: a key has letters, digits, - _ .`,
  )
}

/**
 * Refuses a value that some reader would take for something else than itself: another line, a comment.
 * The value, which may be a secret, is not shown.
 */
export function checkValue(section: string, key: string, value: string): string {
  // saml2aws quotes so what would be a comment; nothing else does.
  const why = /^`[^`\p{Cc}]*`$/u.test(value) ? undefined : badText(value)
  if (why === undefined) return value
  throw new Failure(
    'refused',
    `the value of ${key} in [${section}] cannot be written: ${why}`,
    'check where it comes from',
  )
}

const longest = 16_384

function badText(text: string): string | undefined {
  if (text.length > longest) return `it is longer than ${longest} characters`
  if (!text.isWellFormed()) return 'it is no text'
  if (/[\p{Cc}\u2028\u2029\ufeff]/u.test(text)) return 'it has a line break or a control character'
  if (strip(text) !== text) return 'it begins or ends with a blank'
  if (/(^|\s)[#;]/.test(text)) return 'readers would take # or ; after a blank for a comment'
  return undefined
}
