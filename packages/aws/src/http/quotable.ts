/** Longest quotation, in characters. */
const maxLength = 1024
/** So many letters and digits of a secret in a row are the secret, whatever stands between them. */
const telling = 12
const mostEncodings = 8

/**
 * What a service said, as an error message may repeat it: one line of printable characters, bounded,
 * without the tags of a page. Services and proxies repeat what they were sent, in pieces and in any
 * encoding: a text that holds a part of one of the `secrets` gives undefined, and so does one that
 * cannot be decoded to its end.
 */
export function quotable(answer: string, secrets: readonly string[]): string | undefined {
  // Neither looks for an end again that is not there: the service writes the text, and its length.
  const text = answer.replace(/<(style|script)\b[\s\S]*?(?:<\/\1>|$)|<[^<>]*>/gi, ' ')
  if (repeatsSecret(text, secrets)) return undefined
  return text
    .replace(/[^\x20-\x7e]+/g, ' ')
    .replace(/ {2,}/g, ' ')
    .trim()
    .slice(0, maxLength)
}

/**
 * Whether a part of one of the secrets stands in a text, in pieces or in any encoding that
 * {@link quotable} reads; also true when the text cannot be decoded to its end.
 */
export function repeatsSecret(text: string, secrets: readonly string[]): boolean {
  const letters = lettersOf(text)
  if (letters === undefined) return true
  const partsByLength = new Map<number, Set<string>>()
  for (const secret of secrets) {
    if (secret === '') continue
    if (text.includes(secret)) return true
    const searched = lettersOf(secret) ?? ''
    if (searched.length < 4) continue
    const length = Math.min(telling, searched.length)
    const parts = partsByLength.get(length) ?? new Set()
    partsByLength.set(length, parts)
    for (let at = 0; at + length <= searched.length; at++)
      parts.add(searched.slice(at, at + length))
  }
  for (const [length, parts] of partsByLength) {
    for (let at = 0; at + length <= letters.length; at++) {
      if (parts.has(letters.slice(at, at + length))) return true
    }
  }
  return false
}

/** The letters and digits of a text, decoded until there is nothing left to decode. */
function lettersOf(text: string): string | undefined {
  let decoded = text
  for (let round = 0; round < mostEncodings; round++) {
    const next = decodeOnce(decoded)
    if (next === decoded) return decoded.replace(/[^\p{L}\p{N}]+/gu, '').toLowerCase()
    decoded = next
  }
  return undefined
}

/** Takes off one layer of percent-encoding, of JSON's or JavaScript's escapes, and of HTML's. */
function decodeOnce(text: string): string {
  return text
    .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => character(hex, 16))
    .replace(/\\(?:u([0-9a-f]{4})|u\{([0-9a-f]{1,6})\}|x([0-9a-f]{2}))/gi, (_, ...hex: string[]) =>
      character(hex.find(Boolean) ?? '', 16),
    )
    .replace(/\\[bfnrt0]/g, ' ')
    .replace(/&#x([0-9a-f]{1,6});?/gi, (_, hex: string) => character(hex, 16))
    .replace(/&#([0-9]{1,7});?/g, (_, digits: string) => character(digits, 10))
    .replace(/&amp;?/gi, '&')
    .replace(/&[a-z]{2,12};/gi, ' ')
}

function character(digits: string, base: number): string {
  const code = Number.parseInt(digits, base)
  return code > 0x10_ff_ff ? ' ' : String.fromCodePoint(code)
}
