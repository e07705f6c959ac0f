import { createHash } from 'node:crypto'
import { AwsError } from '../errors.ts'

/** A role session name made from an identity. */
export interface SessionName {
  /** `[\w+=,.@-]{2,64}`: what STS accepts as RoleSessionName and SourceIdentity. */
  readonly value: string
  /** Whether `value` differs from the identity. */
  readonly changed: boolean
  /** For people: how the value was made, when it differs. */
  readonly explanation?: string
}

/** The form that STS accepts (STS API Reference, AssumeRole, RoleSessionName). */
export const sessionNamePattern = /^[\w+=,.@-]{2,64}$/

const maxLength = 64
const maxIdentityLength = 4096
const digestLength = 24
const prefixLength = maxLength - 2 - digestLength

/**
 * Makes the role session name of an identity such as a user name or mail address. Different identities
 * never get the same name, so that CloudTrail tells them apart:
 *
 * - An identity that STS accepts as it stands, and has no `=`, is kept.
 * - Else each byte (of UTF-8) that STS does not accept, and each `=`, becomes `=` and two hex digits,
 *   as in `anna=20m`: {@link identityOfSessionName} reads it back.
 * - When that is longer than 64 characters, its beginning is kept, followed by `==` and 144 bits of the
 *   SHA-256 of the identity. `==` occurs in neither of the other forms.
 *
 * Throws {@link AwsError} `invalid_argument` for an empty, overlong or ill-formed identity.
 */
export function roleSessionName(identity: string): SessionName {
  if (identity === '' || identity.length > maxIdentityLength || !identity.isWellFormed()) {
    throw new AwsError(
      'invalid_argument',
      `an identity is well-formed Unicode text of 1 to ${maxIdentityLength} characters; received ${identity.length} characters`,
    )
  }
  if (sessionNamePattern.test(identity) && !identity.includes('=')) {
    return Object.freeze({ value: identity, changed: false })
  }
  const escaped = escapeIdentity(identity)
  if (escaped.length <= maxLength) {
    return Object.freeze({
      value: escaped,
      changed: true,
      explanation:
        'Characters that AWS does not accept in a session name are written as "=" and two hexadecimal digits for each byte.',
    })
  }
  const digest = createHash('sha256').update(identity).digest('base64url').slice(0, digestLength)
  return Object.freeze({
    value: `${wholeEscapes(escaped.slice(0, prefixLength))}==${digest}`,
    changed: true,
    explanation:
      'The identity is longer than the 64 characters of a session name: its beginning stands before "==", a hash of the whole after it.',
  })
}

/**
 * The identity that {@link roleSessionName} made this name from; undefined when the name holds only a
 * hash of it, or was not made by that function.
 */
export function identityOfSessionName(name: string): string | undefined {
  if (!sessionNamePattern.test(name) || !/^(?:[^=]|=[0-9A-F]{2})*$/.test(name)) return undefined
  const bytes = Buffer.from(
    name.replace(/=([0-9A-F]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    ),
    'latin1',
  )
  const identity = bytes.toString('utf8')
  if (identity === '' || !Buffer.from(identity).equals(bytes)) return undefined
  return roleSessionName(identity).value === name ? identity : undefined
}

function escapeIdentity(identity: string): string {
  // A single character is too short to stand as it is; escaped it is long enough.
  const keep = identity.length === 1 ? /[^\s\S]/ : /[\w+,.@-]/
  let escaped = ''
  for (const byte of Buffer.from(identity, 'utf8')) {
    const character = String.fromCharCode(byte)
    const isKept = byte < 0x80 && keep.test(character)
    escaped += isKept ? character : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return escaped
}

/** Drops an escape that was cut at the end. */
function wholeEscapes(text: string): string {
  return text.replace(/=[0-9A-F]?$/, '')
}
