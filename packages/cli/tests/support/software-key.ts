import { type Authenticator, createAuthenticator } from '@rolecall/simulator'
import type { SecurityKey } from '../../src/providers/provider.ts'

/** An authenticator of the simulator as the key of this machine, and what it was asked. */
export interface SoftwareKey extends SecurityKey {
  readonly authenticator: Authenticator
  /** Origin, relying party and credentials of each question. */
  readonly asked: readonly string[]
}

export function softwareKey(authenticator = createAuthenticator()): SoftwareKey {
  const asked: string[] = []
  return {
    authenticator,
    asked,
    available: async () => ({ ok: true }),
    async assert(request) {
      const ids = request.allowCredentials.map(({ id }) => id).join()
      asked.push(`${request.origin} ${request.rpId} ${ids}`)
      return await authenticator.assert(request)
    },
  }
}
