/**
 * The value of the pre-session cookie: a token that binds a SAML response to the browser that asked,
 * followed, when somebody is signed in there already, by the hash of that session. The response
 * comes by a cross-site POST, which does not carry the session cookie, and the old session must end
 * when the new one begins.
 */
import { hashToken, newToken, type RandomBytes } from './tokens.ts'

const form = /^[A-Za-z0-9_-]{43}(?:\.([0-9a-f]{64}))?$/

/** A new value for a browser, naming the session that the sign-in will replace. */
export function newBrowserBinding(random: RandomBytes, sessionHash: string | undefined): string {
  const token = newToken(random)
  return sessionHash === undefined ? token : `${token}.${sessionHash}`
}

/** The hash under which requests of this browser are kept; undefined when the value is none of ours. */
export function hashBrowserBinding(value: string | undefined): string | undefined {
  return value !== undefined && form.test(value) ? hashToken(value) : undefined
}

/** The hash of the session that was open when the binding was made. */
export function replacedSession(value: string | undefined): string | undefined {
  return value === undefined ? undefined : form.exec(value)?.[1]
}
