import { AwsError } from '../errors.ts'
import { quotable } from '../http/quotable.ts'
import { type Credentials, checkedCredentials } from './credentials.ts'
import { readTime } from './read-time.ts'

/** A JSON object whose members nobody has checked. */
export type JsonObject = Readonly<Record<string, unknown>>

/**
 * The JSON object that a source answered with. Throws {@link AwsError} `bad_answer`, without the text or the
 * parser's own error: both hold secrets.
 */
export function parseObject(source: string, text: string): JsonObject {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw bad(source, 'is not JSON')
  }
  if (!isObject(value)) throw bad(source, 'is no JSON object')
  return value
}

/** The member when it is a text. */
export function textIn(object: JsonObject, name: string): string | undefined {
  const value = Object.hasOwn(object, name) ? object[name] : undefined
  return typeof value === 'string' ? value : undefined
}

/** The member when it is an object. */
export function objectIn(object: JsonObject, name: string): JsonObject | undefined {
  const value = Object.hasOwn(object, name) ? object[name] : undefined
  return isObject(value) ? value : undefined
}

/**
 * What a refusal says, as ` (code: message)`, one line without any of the `secrets`; empty when it says nothing in
 * the form of AWS's JSON errors.
 */
export function refusalIn(answer: string | JsonObject, secrets: readonly string[]): string {
  try {
    const said = typeof answer === 'string' ? parseObject('', answer) : answer
    const parts = ['Code', '__type', 'error', 'Message', 'message', 'error_description']
    const texts = parts.flatMap(name => textIn(said, name) ?? [])
    const quoted = texts.length > 0 ? quotable(texts.join(': '), secrets) : undefined
    return quoted ? ` (${withoutTokens(quoted).slice(0, 300)})` : ''
  } catch {
    return ''
  }
}

/** A service that gives credentials knows secrets that we do not: what looks like a key or a token is left out. */
function withoutTokens(text: string): string {
  return text.replace(/[\w+/=~.-]{20,}/g, word => (/\d/.test(word) ? '…' : word))
}

/** Which members hold what. */
export interface CredentialNames {
  readonly sessionToken: 'Token' | 'SessionToken'
  /** Whether a session token and an expiration have to be there. */
  readonly isTemporary: boolean
}

/**
 * The credentials in an answer of instance metadata, a container endpoint or a credential process: `AccessKeyId`,
 * `SecretAccessKey`, a session token, `Expiration`, `AccountId`. Throws {@link AwsError} `bad_answer`,
 * `incomplete_credentials` or `invalid_argument`.
 */
export function credentialsIn(
  source: string,
  answer: JsonObject,
  { sessionToken, isTemporary }: CredentialNames,
): Credentials {
  const given = Object.hasOwn(answer, 'Expiration') ? answer.Expiration : undefined
  const isAbsent = given === undefined || given === null
  const expiration = typeof given === 'string' ? readTime(given) : undefined
  if (expiration === undefined && (isTemporary || !isAbsent)) {
    throw bad(source, 'has no Expiration such as "2026-01-31T12:00:00Z"')
  }
  const token = textIn(answer, sessionToken)
  if (isTemporary && !token) throw bad(source, `has no ${sessionToken}`)
  return checkedCredentials(source, {
    accessKeyId: textIn(answer, 'AccessKeyId'),
    secretAccessKey: textIn(answer, 'SecretAccessKey'),
    sessionToken: token,
    expiration,
    accountId: textIn(answer, 'AccountId'),
  })
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function bad(source: string, what: string): AwsError {
  return new AwsError('bad_answer', `${source}: the answer ${what}`)
}
