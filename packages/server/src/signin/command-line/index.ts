export {
  type CommandSignIn,
  clientId,
  createCommandSignIn,
  scopes,
  shortId,
  shownUserCode,
} from './command-sign-in.ts'
export { createOauthRecords, type OauthRecords } from './oauth-records.ts'
export { type OauthKeys, readOauthKeys } from './server-keys.ts'
