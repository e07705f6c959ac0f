/** HTTP Basic (RFC 7617). */
import { ServerError } from '../errors.ts'

/** What asks for it. */
export const basicChallenge = 'Basic realm="Rolecall", charset="UTF-8"'

const maxLength = 4096
const maxUsername = 256
const maxPassword = 1024

/**
 * The username and password of an Authorization header; undefined without one, or with another scheme.
 * Throws `bad-request` for what is no base64, no UTF-8, has no colon, or more than a password may have.
 */
export function readBasic(
  header: string | undefined,
): { readonly username: string; readonly password: string } | undefined {
  if (header === undefined || !/^basic(?: |$)/i.test(header)) return undefined
  const [, encoded] = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(header) ?? []
  if (encoded === undefined || header.length > maxLength) throw refuse('not base64')
  const text = decode(Buffer.from(encoded, 'base64'))
  const colon = text.indexOf(':')
  const [username, password] = [text.slice(0, Math.max(colon, 0)), text.slice(colon + 1)]
  const isWhole = username !== '' && username.length <= maxUsername && password !== ''
  if (!isWhole || Buffer.byteLength(password) > maxPassword) throw refuse('not `name:password`')
  // RFC 7617, section 2: neither may have control characters.
  if (/\p{Cc}/u.test(text)) throw refuse('control characters')
  return { username, password }
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw refuse('not UTF-8')
  }
}

function refuse(what: string): ServerError {
  return new ServerError('bad-request', { detail: `Authorization: ${what}` })
}
