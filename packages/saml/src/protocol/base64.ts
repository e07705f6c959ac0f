import { SamlError } from '../errors.ts'

/**
 * Decodes canonical base64 in which XML white space may stand, as in the forms of the POST binding
 * and in the leaves of a signature.
 */
export function decodeLooseBase64(text: string, check: string): Buffer {
  const bytes = Buffer.from(text, 'base64')
  // Most senders break no lines: then this look suffices.
  if (bytes.length > 0 && bytes.toString('base64') === text) return bytes
  return decodeBase64(text.replace(/[\t\n\r ]+/g, ''), check)
}

/** Decodes canonical base64 (RFC 4648 section 4): the alphabet, padding and zero trailing bits; nothing else. */
export function decodeBase64(text: string, check: string): Buffer {
  const bytes = Buffer.from(text, 'base64')
  if (bytes.length === 0 || bytes.toString('base64') !== text) {
    throw new SamlError('base64.invalid', { check, expected: 'canonical base64' })
  }
  return bytes
}
