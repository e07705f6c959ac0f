import { createAuthentik } from '../authentik/handle.ts'
import type { Incoming, Outgoing } from '../http/exchange.ts'
import type { IdpIdentity } from '../idp/identity.ts'
import { createKeycloak } from '../keycloak/handle.ts'
import { createOkta } from '../okta/handle.ts'
import type { LoadedWorld } from '../world/loaded.ts'
import { createTenantState } from './state.ts'

/** Answers for one simulated identity provider; undefined for a path of another's. */
export type Tenant = (request: Incoming) => Outgoing | undefined

/** The identity providers of a world, all at the address of the company IdP and signing as it does. */
export function createTenants(
  { keycloak, okta, authentik }: LoadedWorld,
  identity: IdpIdentity,
  now: () => Date,
): Tenant {
  const state = createTenantState(identity, now)
  const tenants: readonly Tenant[] = [
    ...(keycloak === undefined ? [] : [createKeycloak(state, keycloak)]),
    ...(okta === undefined ? [] : [createOkta(state, okta)]),
    ...(authentik === undefined ? [] : [createAuthentik(state, authentik)]),
  ]
  return request => {
    for (const tenant of tenants) {
      const answer = tenant(request)
      if (answer !== undefined) return answer
    }
    return undefined
  }
}
