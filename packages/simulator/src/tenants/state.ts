import type { IdpIdentity } from '../idp/identity.ts'
import { createSecondFactors, type SecondFactors } from '../sts/totp.ts'

/** What every simulated identity provider works on: all of them are the company IdP in other clothes. */
export interface TenantState {
  readonly identity: IdpIdentity
  readonly now: () => Date
  /** One-time codes, each of which is taken once. */
  readonly codes: SecondFactors
}

export function createTenantState(identity: IdpIdentity, now: () => Date): TenantState {
  return Object.freeze({ identity, now, codes: createSecondFactors(now) })
}
