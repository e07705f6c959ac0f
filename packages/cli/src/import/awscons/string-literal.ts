import type { Place } from '../findings.ts'
import { UnreadableOld } from '../old-value.ts'

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\n': '',
}

/** A Python string literal at `start`, and where it ends. Bytes, and texts with `{…}` of f-strings, have no text. */
export function readString(
  source: string,
  start: number,
  prefix: string,
  place: Place,
): { readonly text: string | undefined; readonly end: number } {
  const kind = prefix.toLowerCase()
  if (!/^(?:|r|u|b|f|br|rb|fr|rf)$/.test(kind)) throw unclosed(place)
  const isRaw = kind.includes('r')
  let at = start + prefix.length
  const mark = source.charAt(at)
  const quote = source.startsWith(mark.repeat(3), at) ? mark.repeat(3) : mark
  at += quote.length
  const parts: string[] = []
  let isKnown = !kind.includes('b')
  while (!source.startsWith(quote, at)) {
    const character = source.charAt(at)
    if (character === '' || (character === '\n' && quote.length === 1)) throw unclosed(place)
    if (character !== '\\') {
      if (kind.includes('f') && (character === '{' || character === '}')) isKnown = false
      parts.push(character)
      at += 1
      continue
    }
    if (isRaw) {
      parts.push(source.slice(at, at + 2))
      at += 2
      continue
    }
    const escaped = readEscape(source, at + 1)
    if (escaped.text === undefined) isKnown = false
    else parts.push(escaped.text)
    at = escaped.end
  }
  return { text: isKnown ? parts.join('') : undefined, end: at + quote.length }
}

/** What follows a backslash. Python keeps the backslash of an escape that it does not know. */
function readEscape(
  source: string,
  at: number,
): { readonly text: string | undefined; readonly end: number } {
  const character = source.charAt(at)
  const known = Object.hasOwn(escapes, character) ? escapes[character] : undefined
  if (known !== undefined) return { text: known, end: at + 1 }
  const octal = /^[0-7]{1,3}/.exec(source.slice(at, at + 3))?.[0]
  if (octal !== undefined) {
    return { text: String.fromCodePoint(Number.parseInt(octal, 8)), end: at + octal.length }
  }
  const digits = { x: 2, u: 4, U: 8 }[character]
  if (digits !== undefined) {
    const hex = source.slice(at + 1, at + 1 + digits)
    const code = /^[0-9a-fA-F]+$/.test(hex) && hex.length === digits ? Number.parseInt(hex, 16) : -1
    const text = code < 0 || code > 0x10ffff ? undefined : String.fromCodePoint(code)
    return { text, end: at + 1 + digits }
  }
  if (character === 'N') return { text: undefined, end: at + 1 }
  return { text: `\\${character}`, end: at + 1 }
}

function unclosed(place: Place): UnreadableOld {
  return new UnreadableOld(place, 'a text is not closed', 'Python refused it too; mend it')
}
