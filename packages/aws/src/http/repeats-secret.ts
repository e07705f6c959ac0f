import { hiddenTexts } from './hidden-texts.ts'

/** So many letters and digits of a secret in a row are the secret, whatever stands between them. */
const telling = 12
const mostEncodings = 8

/**
 * Finds parts of these secrets in texts: in pieces, in any encoding that is made of escapes (of URLs, JSON,
 * JavaScript, HTML), and in those of {@link hiddenTexts}. Also true of a text that cannot be decoded to its
 * end. Made once for a list of secrets, however often it is asked for with the same list.
 */
export function secretSearch(secrets: readonly string[]): SecretSearch {
  const known = searches.get(secrets)
  if (known !== undefined) return known
  const made = makeSearch(secrets)
  searches.set(secrets, made)
  return made
}

type SecretSearch = (text: string) => boolean

const searches = new WeakMap<readonly string[], SecretSearch>()

function makeSearch(secrets: readonly string[]): SecretSearch {
  const partsByLength = new Map<number, Set<string>>()
  const whole = secrets.filter(secret => secret !== '')
  for (const secret of whole) {
    const searched = lettersOf(secret) ?? ''
    if (searched.length < 4) continue
    const length = Math.min(telling, searched.length)
    const parts = partsByLength.get(length) ?? new Set()
    partsByLength.set(length, parts)
    for (let at = 0; at + length <= searched.length; at++)
      parts.add(searched.slice(at, at + length))
  }
  const isTelling = (text: string): boolean => {
    const letters = lettersOf(text)
    if (letters === undefined) return true
    for (const [length, parts] of partsByLength) {
      for (let at = 0; at + length <= letters.length; at++) {
        if (parts.has(letters.slice(at, at + length))) return true
      }
    }
    return false
  }
  return text =>
    whole.some(secret => text.includes(secret)) ||
    isTelling(text) ||
    (partsByLength.size > 0 && hiddenTexts(text).some(isTelling))
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

/** Takes off one layer of percent-encoding, of JSON's, JavaScript's or C's escapes, and of HTML's. */
function decodeOnce(text: string): string {
  return text
    .replace(/%(?:u([0-9a-f]{4})|([0-9a-f]{2}))/gi, (_, ...hex: string[]) =>
      character(hex.find(Boolean) ?? '', 16),
    )
    .replace(/\\(?:u([0-9a-f]{4})|u\{([0-9a-f]{1,6})\}|x([0-9a-f]{2}))/gi, (_, ...hex: string[]) =>
      character(hex.find(Boolean) ?? '', 16),
    )
    .replace(/\\([0-3][0-7]{2})/g, (_, octal: string) => character(octal, 8))
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
