export type { BrowserCookies } from './browser-binding.ts'
export {
  type BrowserSession,
  createBrowserSessions,
  endSessionsOf,
} from './browser-sessions.ts'
export {
  type CommandSignIn,
  createCommandSignIn,
  createOauthRecords,
  type OauthKeys,
  type OauthRecords,
  readOauthKeys,
  shortId,
  shownUserCode,
} from './command-line/index.ts'
export type { CommandClient, CommandLine } from './command-lines.ts'
export { currentSession } from './current-session.ts'
export {
  type AnswerExplanation,
  explainSamlResponse,
} from './explain-saml-response.ts'
export type { PeerCertificate, RequestFacts } from './headers/request-facts.ts'
export {
  createIdentify,
  type Identify,
  type SignedInPerson,
  signedOutMark,
  type Visit,
} from './identify.ts'
export { isIdentityText } from './identity-text.ts'
export { countedSources } from './issuer.ts'
export { lastPrincipal } from './last-principal.ts'
export { createLocalSource } from './local-source.ts'
export {
  createMachineSignIn,
  type MachineSignIn,
  machinePrincipal,
  readHostName,
} from './machines/index.ts'
export { requestLifeSeconds } from './pending-requests.ts'
export { createPeopleSources } from './people-sources.ts'
export { type SignInRefusalCode, signInRefusals } from './refusals.ts'
export { createRequestSignIn, type RequestSignIn } from './request-sign-in.ts'
export { checkReturnPath } from './return-path.ts'
export { createSamlLogout, type SamlLogoutMessage } from './saml-logout.ts'
export { createSamlProviders, metadataHosts } from './saml-providers.ts'
export { createSamlSignIn } from './saml-sign-in.ts'
export { createSignIn, type SignIn } from './sign-in.ts'
export { createSignOut, type SignOut } from './sign-out.ts'
export { createSystemGroups } from './system/system-groups.ts'
export { hashToken } from './tokens.ts'
