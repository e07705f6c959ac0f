/** Thrown for a value that the form cannot carry at all. */
export class UnquotableError extends Error {
  override readonly name = 'UnquotableError'
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const control = /[\u0000-\u001f\u007f-\u009f]/u
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const controls = /[\u0000-\u001f\u007f-\u009f]+/gu

/**
 * Quotes a value as one word for bash and zsh. Control characters are written as escapes, so that
 * text pasted into a terminal cannot end the paste and run as a command.
 */
export function quoteBash(value: string): string {
  refuseNul(value)
  if (!control.test(value)) return `'${value.replaceAll("'", "'\\''")}'`
  const escaped = value
    .replaceAll('\\', '\\\\')
    .replaceAll("'", "\\'")
    .replace(controls, run => hexBytes(run))
  return `$'${escaped}'`
}

/** Quotes a value as one word for fish: only `\` and `'` are special between single quotes. */
export function quoteFish(value: string): string {
  refuseNul(value)
  const quoted = (part: string) => `'${part.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
  return around(value, quoted, codes => codes.map(code => `\\u${hex(code, 4)}`).join(''), '')
}

/**
 * Quotes a value as a PowerShell expression. PowerShell takes the typographic single quotes
 * U+2018–U+201B for `'` too: each is doubled.
 */
export function quotePowerShell(value: string): string {
  refuseNul(value)
  const quoted = (part: string) => `'${part.replace(/['\u2018-\u201b]/gu, '$&$&')}'`
  if (!control.test(value)) return quoted(value)
  const chars = (codes: readonly number[]) => codes.map(code => `[char]${code}`).join(' + ')
  // The leading '' makes the first + join text: [char] + [char] would be a sum.
  return `('' + ${around(value, quoted, chars, ' + ')})`
}

/**
 * A value of the AWS shared credentials file. The file has no quoting, and the SDKs differ on blanks
 * and comments: only what all of them read back unchanged is accepted.
 *
 * @throws UnquotableError
 */
export function plainIniValue(value: string): string {
  if (value === '' || /[\s\p{Cc}]/u.test(value) || /^[#;"'[]/.test(value)) {
    throw new UnquotableError('A value has characters that the credentials file cannot hold.')
  }
  return value
}

/** A profile name that needs no quoting on a command line or in the file. */
export function profileName(accountAlias: string, roleName: string): string {
  return `${accountAlias}-${roleName}`.replace(/[^\w.@+-]+/g, '-').replace(/^[-.]+/, '')
}

function around(
  value: string,
  quoted: (part: string) => string,
  escaped: (codes: readonly number[]) => string,
  join: string,
): string {
  const parts: string[] = []
  let end = 0
  for (const match of value.matchAll(controls)) {
    if (match.index > end) parts.push(quoted(value.slice(end, match.index)))
    parts.push(escaped([...match[0]].map(char => char.charCodeAt(0))))
    end = match.index + match[0].length
  }
  if (end < value.length || parts.length === 0) parts.push(quoted(value.slice(end)))
  return parts.join(join)
}

function refuseNul(value: string): void {
  if (value.includes('\0')) throw new UnquotableError('A value has a NUL character.')
}

function hexBytes(text: string): string {
  return [...new TextEncoder().encode(text)].map(byte => `\\x${hex(byte, 2)}`).join('')
}

function hex(value: number, width: number): string {
  return value.toString(16).padStart(width, '0')
}
