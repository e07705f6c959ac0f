/** Where a person goes after the sign-in: a path of ours or nothing. */
import { ServerError } from '../errors.ts'

const maxLength = 2048

/**
 * Checks a return path given by a request; an absent one is `/`. It must start with exactly one
 * slash, hold printable ASCII only, no backslash and no empty path segment, in at most 2048
 * characters. Throws `bad-return-path`.
 */
export function checkReturnPath(text: string | undefined): string {
  if (text === undefined || text === '') return '/'
  if (text.length > maxLength) throw refuse('longer than 2048 characters')
  if (!/^\/[\x21-\x5b\x5d-\x7e]*$/.test(text)) throw refuse('not a plain path')
  const path = text.split(/[?#]/, 1)[0] ?? ''
  if (path.includes('//')) throw refuse('has an empty segment')
  // Browsers resolve dot segments before they navigate; the outcome must be a plain path as well.
  const resolved = new URL(text, 'http://gateway.invalid')
  if (resolved.origin !== 'http://gateway.invalid' || resolved.pathname.startsWith('//')) {
    throw refuse('resolves to another place')
  }
  return text
}

function refuse(detail: string): ServerError {
  return new ServerError('bad-return-path', { detail: `next: ${detail}` })
}
