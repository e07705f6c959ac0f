/** The pre-session cookie: it binds a SAML response, and the session it opens, to one browser. */
import { hashToken, isToken } from './tokens.ts'

/** Our two cookies as a browser sent them: unverified. */
export interface BrowserCookies {
  readonly session: string | undefined
  /** The pre-session cookie. */
  readonly binding: string | undefined
}

/** The hash that a binding is kept under; undefined when the value is none of ours. */
export function hashBrowserBinding(value: string | undefined): string | undefined {
  return isToken(value) ? hashToken(value) : undefined
}
