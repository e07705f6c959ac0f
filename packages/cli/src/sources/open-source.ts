import type { Connection } from '../connections/connection.ts'
import type { SignInParts } from '../providers/provider.ts'
import type { SignedIn } from './source.ts'

/** Signs in where the connection leads, and gives what may be had there. Throws `Failure`. */
export async function signIn(connection: Connection, parts: SignInParts): Promise<SignedIn> {
  if (connection.provider === 'Rolecall') {
    const { signInAtServer } = await import('./rolecall/rolecall.ts')
    return await signInAtServer(connection, parts)
  }
  const [{ providerOf }, { signInWithSaml }] = await Promise.all([
    import('../providers/index.ts'),
    import('./saml/saml-source.ts'),
  ])
  return await signInWithSaml(connection, await providerOf(connection.provider), parts)
}
