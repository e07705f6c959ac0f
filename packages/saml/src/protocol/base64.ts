import { SamlError } from '../errors.ts'

/**
 * Decodes canonical base64 in which XML white space may stand, as in the forms of the POST binding
 * and in the leaves of a signature.
 */
export function decodeLooseBase64(text: string, check: string): Buffer {
  const bytes = Buffer.from(text, 'base64')
  // Most senders break no lines: then this look suffices.
  if (isCanonical(text, bytes)) return bytes
  return decodeBase64(text.replace(/[\t\n\r ]+/g, ''), check)
}

/** Decodes canonical base64 (RFC 4648 section 4): the alphabet, padding and zero trailing bits; nothing else (R10). */
export function decodeBase64(text: string, check: string): Buffer {
  const bytes = Buffer.from(text, 'base64')
  if (isCanonical(text, bytes)) return bytes
  throw new SamlError('base64.invalid', { check, expected: 'canonical base64' })
}

/**
 * Whether these bytes, in base64, are that text, without encoding them all again. Node's decoder
 * skips what it does not know and ends at padding: each character that did not count leaves a byte
 * less. It takes the alphabet for URLs too, and of a wide character the low octet. What remains are
 * the bits that the last group has to spare.
 */
function isCanonical(text: string, bytes: Buffer): boolean {
  if (text === '' || text.length % 4 !== 0) return false
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  if (bytes.length !== (text.length / 4) * 3 - padding) return false
  if (text.includes('-') || text.includes('_') || /[\u0100-\uFFFF]/.test(text)) return false
  return bytes.toString('base64', bytes.length - (3 - padding)) === text.slice(-4)
}
