import type { Connection } from '../../connections/connection.ts'
import type { WebSession } from '../../web/index.ts'
import type { SignInParts } from '../provider.ts'
import type { Codes } from '../shared/codes.ts'
import type { Logins } from '../shared/logins.ts'
import type { OktaApi } from './api.ts'

/** What the steps of one sign-in at Okta have in common. */
export interface OktaSignIn {
  readonly connection: Connection
  readonly parts: SignInParts
  readonly web: WebSession
  readonly api: OktaApi
  readonly logins: Logins
  readonly codes: Codes
}
