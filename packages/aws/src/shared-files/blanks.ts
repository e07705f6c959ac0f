/** What Python takes for a blank (`str.isspace`); JavaScript's `\s` has others. */
const blank =
  '[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]'
const atStart = new RegExp(`^${blank}+`, 'u')
const lineEnds = '\\n-\\r\\x1c-\\x1e\\x85\\u2028\\u2029'
const lineEnd = new RegExp(`\\r\\n|[${lineEnds}]`, 'u')
const isBlank = new RegExp(`^${blank}$`, 'u')

/** The text without blanks at its ends, as Python's `str.strip`. */
export function strip(text: string): string {
  return stripEnd(text.replace(atStart, ''))
}

/** The text without blanks at its end. A pattern would look for them from every place of the text. */
export function stripEnd(text: string): string {
  let end = text.length
  while (end > 0 && isBlank.test(text.charAt(end - 1))) end -= 1
  return text.slice(0, end)
}

/** The lines of a text by every mark that ends one in Python (`str.splitlines`). */
export function linesOf(text: string): string[] {
  return text.split(lineEnd)
}
