/** The suite of one service provider that we did not write, with our identity provider. */
import { type IdentityProvider, startIdentityProvider } from '../idp/identity-provider.ts'
import {
  checkServiceProvider,
  type Expected,
  type ServiceProvider,
} from '../idp/service-provider.ts'
import { inLifetime, type Lifetime } from '../lifetime.ts'
import type { Suite } from './suite.ts'

interface Peer extends Omit<Suite, 'run'>, Expected {
  readonly start: (lifetime: Lifetime, idp: IdentityProvider) => Promise<ServiceProvider>
}

/**
 * It reads our metadata, and we read its. It signs people in with each variant of our answer, knows
 * them by the very values that we sent, and refuses what was changed, what another key signed, and
 * an answer without assertion. We refuse its signed request when that was changed.
 */
export function serviceProviderSuite({ start, ...peer }: Peer): Suite {
  return {
    ...peer,
    run: check =>
      inLifetime(async lifetime => {
        const idp = await startIdentityProvider(lifetime)
        await checkServiceProvider(check, idp, await start(lifetime, idp), peer)
      }),
  }
}
