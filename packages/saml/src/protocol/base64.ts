import { SamlError } from '../errors.ts'

/** Decodes canonical base64 (RFC 4648 section 4, R10): the alphabet, padding and zero trailing bits; nothing else. */
export function decodeBase64(text: string, check: string): Buffer {
  const bytes = Buffer.from(text, 'base64')
  if (bytes.length === 0 || bytes.toString('base64') !== text) {
    throw new SamlError('base64.invalid', { check, expected: 'canonical base64' })
  }
  return bytes
}
