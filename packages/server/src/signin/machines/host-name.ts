/** A host's full name, apart at its first dot. */
export interface HostName {
  readonly name: string
  readonly host: string
  readonly domain: string
}

const maxLength = 253
/** Letters, digits and inner dashes (RFC 1123, 2.1); a name in another script has its `xn--` form. */
const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/**
 * Reads a name as DNS answers it, in any case, with or without the dot at its end; undefined for one
 * label alone, and for whatever is no host name: `_sip`, `*`, blanks, escapes, other scripts.
 */
export function readHostName(text: string): HostName | undefined {
  const bare = text.endsWith('.') ? text.slice(0, -1) : text
  // ASCII only: `toLowerCase` makes letters of some signs that are none.
  if (bare.length > maxLength || !/^[A-Za-z0-9.-]+$/.test(bare)) return undefined
  const name = bare.toLowerCase()
  const [host = '', ...rest] = name.split('.')
  if (rest.length === 0 || ![host, ...rest].every(one => label.test(one))) return undefined
  return { name, host, domain: rest.join('.') }
}
