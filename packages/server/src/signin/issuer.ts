/** Which identity provider stands behind a provider's id. */
import type { Config } from '../config/config.ts'
import { ServerError } from '../errors.ts'
import type { CountedSource } from './browser-sessions.ts'
import type { SamlProvider } from './saml-provider.ts'
import type { PasswordSource } from './sources.ts'

/**
 * The entityID whose word counts now: the configured one, else that of the metadata. Undefined while
 * the metadata cannot be read or is out of date; a configured `entityId` is always known.
 */
export async function issuerOf(provider: SamlProvider): Promise<string | undefined> {
  if (provider.config.entityId !== undefined) return provider.config.entityId
  try {
    return (await provider.idp()).entityId
  } catch (error) {
    if (error instanceof ServerError && error.code === 'provider-unavailable') return undefined
    throw error
  }
}

/**
 * The sources that count now. It asks nobody: an issuer that only metadata at an address tells is
 * left open, and looked at when a session is used.
 */
export async function countedSources(
  signIn: Config['signIn'],
  provider: (id: string) => SamlProvider | undefined,
  passwords: readonly PasswordSource[],
): Promise<readonly CountedSource[]> {
  const saml = signIn.saml.map(async ({ id, metadata }): Promise<CountedSource> => {
    const known = provider(id)
    const isHere = known?.config.entityId !== undefined || 'xml' in metadata
    const basis = known !== undefined && isHere ? await issuerOf(known) : undefined
    return { source: id, basis }
  })
  return [
    ...(await Promise.all(saml)),
    ...passwords.map(({ id: source, basis }) => ({ source, basis })),
  ]
}
