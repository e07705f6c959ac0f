import type { Connection } from '../../connections/connection.ts'
import type { SignInParts } from '../provider.ts'
import type { Codes } from '../shared/codes.ts'
import type { Logins } from '../shared/logins.ts'
import type { Challenge, Flow } from './flow.ts'

/** What the stages of one sign-in at authentik have in common. */
export interface AuthentikSignIn {
  readonly connection: Connection
  readonly parts: SignInParts
  readonly logins: Logins
  readonly codes: Codes
}

/** Answers the challenge of one stage: what the flow wants next. */
export type Stage = (
  signIn: AuthentikSignIn,
  flow: Flow,
  challenge: Challenge,
) => Promise<Challenge>
