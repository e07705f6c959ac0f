import type { Person } from '../world/loaded.ts'
import type { IdpIdentity } from './identity.ts'
import type { ServiceProviders } from './service-providers.ts'
import type { IdpSessions } from './sessions.ts'

/** What the company IdP works on. */
export interface IdpState {
  readonly identity: IdpIdentity
  readonly people: ReadonlyMap<string, Person>
  readonly providers: ServiceProviders
  readonly sessions: IdpSessions
  readonly now: () => Date
  readonly requireSignedRequests: boolean
}
