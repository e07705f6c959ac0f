/** What sign-ins through web pages share. */
export type { WebCookies } from './cookies.ts'
export { asWebFailure, notUnderstood, quoted } from './failures.ts'
export { type Field, type Form, filled } from './form.ts'
export { isJsonObject, type JsonObject, jsonObject, readJson, textMember } from './json.ts'
export { type Page, readPage } from './page.ts'
export { findSamlForm } from './saml-form.ts'
export {
  createWebSession,
  type WebAnswer,
  type WebOptions,
  type WebSession,
  type WebSessionOptions,
} from './session.ts'
