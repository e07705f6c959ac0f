import { isJsonObject, textMember } from '../../web/index.ts'
import { type ConsoleAnswer, outage } from './console.ts'

/** One of the person's second factors, as JumpCloud tells it. */
export interface Factor {
  /** `totp`, `webauthn`, `push`, `duo`, or what is new. */
  readonly type: string
  readonly isAvailable: boolean
}

/** What JumpCloud says to a step of the sign-in. */
export type AuthAnswer =
  | { readonly kind: 'signedIn'; readonly redirectTo: string | undefined }
  | { readonly kind: 'factors'; readonly factors: readonly Factor[] }
  | { readonly kind: 'refused'; readonly message: string }

/**
 * Reads an answer by its body and not by its status alone: a 200 may still ask for a factor. Throws
 * `Failure` `provider` for what is no answer of the sign-in.
 */
export function readAuthAnswer(host: string, answer: ConsoleAnswer): AuthAnswer {
  const { status, json } = answer
  if (json === undefined || status === 429 || status >= 500) throw outage(host, answer)
  const factors = Array.isArray(json.factors) ? json.factors.flatMap(factorOf) : []
  if (factors.length > 0) return { kind: 'factors', factors }
  const redirectTo = textMember(json, 'redirectTo', 4096)
  const message = textMember(json, 'message', 4096)
  if (status >= 200 && status < 300 && (redirectTo !== undefined || message === undefined)) {
    return { kind: 'signedIn', redirectTo }
  }
  return { kind: 'refused', message: message ?? `status ${status}` }
}

function factorOf(value: unknown): readonly Factor[] {
  if (!isJsonObject(value) || typeof value.type !== 'string') return []
  return [{ type: value.type.toLowerCase(), isAvailable: value.status === 'available' }]
}

/** Whether it is the password or the code that was wrong, or used: the one message for all of these. */
export function isWrongSecret(message: string): boolean {
  return /^authentication failed\b/i.test(message.trim())
}
