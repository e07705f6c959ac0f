/** One line of an INI file as go-ini reads it. */

/** What may stand around a value that spans lines. */
export type Quote = '`' | '"""'

/** What a line says of a value. */
export type LineValue =
  | { readonly kind: 'whole'; readonly value: string }
  /** A backslash ends the line. */
  | { readonly kind: 'goes-on'; readonly value: string }
  /** The quote has begun and not ended. */
  | { readonly kind: 'quoted'; readonly value: string; readonly quote: Quote }

/** The name before `=` or `:`, in quotes or not, and what follows; undefined: the line has neither. */
export function readKeyName(
  line: string,
): { readonly name: string; readonly rest: string } | undefined {
  const quote = line.startsWith('"""') && line.length > 6 ? '"""' : /^["`]/.exec(line)?.[0]
  if (quote !== undefined) {
    const end = line.indexOf(quote, quote.length)
    if (end < 0) return undefined
    const delimiter = /[=:]/.exec(line.slice(end + quote.length))
    if (delimiter === null) return undefined
    const rest = line.slice(end + quote.length + delimiter.index + 1)
    return { name: line.slice(quote.length, end).trim(), rest }
  }
  const end = line.search(/[=:]/)
  if (end < 1) return undefined
  return { name: line.slice(0, end).trim(), rest: line.slice(end + 1) }
}

/** The value as far as this line has it. */
export function readValue(rest: string): LineValue {
  const line = rest.trimStart()
  const quote: Quote | undefined = line.startsWith('"""')
    ? '"""'
    : line.startsWith('`')
      ? '`'
      : undefined
  if (quote !== undefined) {
    const end = line.lastIndexOf(quote)
    return end >= quote.length
      ? { kind: 'whole', value: line.slice(quote.length, end) }
      : { kind: 'quoted', value: line.slice(quote.length), quote }
  }
  const text = line.trimEnd()
  if (text.endsWith('\\')) return { kind: 'goes-on', value: text.slice(0, -1) }
  const comment = text.search(/[#;]/)
  return { kind: 'whole', value: unquoted(comment < 0 ? text : text.slice(0, comment).trimEnd()) }
}

/** Without the quotes around it, unless there are more of them inside. */
function unquoted(text: string): string {
  const [, single, double] = /^(?:'([^']*)'|"([^"]*)")$/.exec(text) ?? []
  return single ?? double ?? text
}

/** A value as it is written so that it reads back: in backticks when it needs them. */
export function writtenValue(value: string): string {
  const reads = readValue(value)
  const plain = reads.kind === 'whole' && reads.value === value && value.trim() === value
  if (plain) return value
  return value.includes('`') ? `"""${value}"""` : `\`${value}\``
}

const yes = new Set([
  '1',
  't',
  'T',
  'true',
  'TRUE',
  'True',
  'YES',
  'yes',
  'Yes',
  'y',
  'ON',
  'on',
  'On',
])
const no = new Set([
  '0',
  'f',
  'F',
  'false',
  'FALSE',
  'False',
  'NO',
  'no',
  'No',
  'n',
  'OFF',
  'off',
  'Off',
])

/** A yes or no in the words of go-ini (key.go, parseBool); undefined for other words. */
export function readBoolean(text: string): boolean | undefined {
  if (yes.has(text)) return true
  return no.has(text) ? false : undefined
}
