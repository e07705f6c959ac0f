export {
  type BrowserSession,
  type BrowserSessions,
  createBrowserSessions,
  endSessionsOf,
} from './browser-sessions.ts'
export { currentSession } from './current-session.ts'
export { localSource } from './password-sign-in.ts'
export { SignInRefusal, type SignInRefusalCode, signInRefusals } from './refusals.ts'
export { checkReturnPath } from './return-path.ts'
export { createSamlProviders, type SamlProviders } from './saml-providers.ts'
export {
  createSamlSignIn,
  type SamlAnswer,
  type SamlRequestSent,
  serviceProviderMetadata,
} from './saml-sign-in.ts'
export { createSignIn, type SignedInHere, type SignIn } from './sign-in.ts'
export { hashToken, type RandomBytes } from './tokens.ts'
