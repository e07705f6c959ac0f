import type { ProviderName } from '../connections/connection.ts'
import { Failure } from '../failure.ts'
import type { Provider } from './provider.ts'

/** Loaded when it is used: a sign-in at one provider reads the code of no other. */
const providers: Readonly<Partial<Record<ProviderName, () => Promise<Provider>>>> = {
  JumpCloud: async () => (await import('./jumpcloud/index.ts')).jumpCloud,
  Authentik: async () => (await import('./authentik/index.ts')).authentik,
  KeyCloak: async () => (await import('./keycloak/index.ts')).keycloak,
  Okta: async () => (await import('./okta/index.ts')).okta,
  Browser: async () => (await import('./browser/browser.ts')).browser,
}

/** The SAML provider of a name. Throws `Failure` `configuration` for one that has none. */
export async function providerOf(name: ProviderName): Promise<Provider> {
  const load = providers[name]
  if (load !== undefined) return await load()
  const known = Object.keys(providers).join(', ')
  throw new Failure('configuration', `${name} is no SAML provider here`, `there are: ${known}`)
}
