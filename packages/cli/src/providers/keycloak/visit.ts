import type { Connection } from '../../connections/connection.ts'
import type { Page, WebAnswer, WebSession } from '../../web/index.ts'
import type { SignInParts } from '../provider.ts'
import type { Codes } from '../shared/codes.ts'
import type { Logins } from '../shared/logins.ts'

/** One sign-in at Keycloak on its way through the pages. */
export interface Visit {
  readonly connection: Connection
  readonly parts: SignInParts
  readonly web: WebSession
  readonly logins: Logins
  readonly codes: Codes
  /** What was done already and may be done once: following a link, asking for another way. */
  readonly done: Set<string>
  /** The host behind `kc_broker` that the person's answers go to. */
  brokerOrigin: string | undefined
  /** The kind of page that was answered last. */
  last: PageKind | undefined
}

/** A page that Keycloak shows. */
export interface Shown {
  readonly answer: WebAnswer
  readonly page: Page
}

export type PageKind = 'login' | 'one-time code' | 'recovery code'

/** Answers one kind of page; undefined when the page is of another kind. */
export type Step = (visit: Visit, shown: Shown) => Promise<WebAnswer> | undefined
