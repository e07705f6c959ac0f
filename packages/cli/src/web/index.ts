/** What sign-ins through web pages share. */
export { notUnderstood, quoted } from './failures.ts'
export { type Form, filled } from './form.ts'
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
