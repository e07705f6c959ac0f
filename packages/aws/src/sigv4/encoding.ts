const hexOf: readonly string[] = Array.from(
  { length: 256 },
  (_, byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
)

const needsEncoding = /[^A-Za-z0-9\-._~]/
const needsPathEncoding = /[^A-Za-z0-9\-._~/]/

/**
 * Percent-encodes every byte of the UTF-8 form but the unreserved characters of RFC 3986, in upper-case
 * hex (IAM User Guide, "Create a signed AWS API request", UriEncode).
 */
export function uriEncode(text: string): string {
  return needsEncoding.test(text) ? encodeBytes(text, false) : text
}

/** {@link uriEncode} that keeps `/`. */
export function uriEncodePath(path: string): string {
  return needsPathEncoding.test(path) ? encodeBytes(path, true) : path
}

function encodeBytes(text: string, keepSlash: boolean): string {
  let encoded = ''
  for (const byte of Buffer.from(text, 'utf8')) {
    const character = String.fromCharCode(byte)
    const isKept = byte < 0x80 && ((keepSlash && byte === 0x2f) || !needsEncoding.test(character))
    encoded += isKept ? character : hexOf[byte]
  }
  return encoded
}

/**
 * Percent-encoding in canonical form: each `%XX` is read as the byte it stands for, a `%` without two hex
 * digits as itself, then all is encoded as by {@link uriEncode}. Works on bytes, so that text which is
 * not UTF-8 keeps its value.
 */
export function uriReencode(text: string, keepSlash = false): string {
  const isCanonical = keepSlash ? !needsPathEncoding.test(text) : !needsEncoding.test(text)
  if (isCanonical) return text
  let encoded = ''
  const bytes = Buffer.from(text, 'utf8')
  for (let at = 0; at < bytes.length; at++) {
    let byte = bytes[at] ?? 0
    const wasEncoded = byte === 0x25 && isHex(bytes[at + 1]) && isHex(bytes[at + 2])
    if (wasEncoded) {
      byte = Number.parseInt(bytes.toString('latin1', at + 1, at + 3), 16)
      at += 2
    }
    const character = String.fromCharCode(byte)
    // An encoded slash is part of a name, not a separator: it stays encoded.
    const isSlash = keepSlash && byte === 0x2f && !wasEncoded
    encoded += isSlash || (byte < 0x80 && !needsEncoding.test(character)) ? character : hexOf[byte]
  }
  return encoded
}

function isHex(byte: number | undefined): boolean {
  return (
    byte !== undefined &&
    ((byte >= 0x30 && byte <= 0x39) ||
      (byte >= 0x41 && byte <= 0x46) ||
      (byte >= 0x61 && byte <= 0x66))
  )
}
