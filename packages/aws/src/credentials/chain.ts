import { AwsError } from '../errors.ts'
import type { CredentialSource, Credentials } from './credentials.ts'

/** One source of a chain, by the name that AWS's tools have for it. */
export interface ChainLink {
  readonly name: string
  readonly source: CredentialSource
}

/** Sources that are asked one after the other. */
export interface ChainedCredentials extends CredentialSource {
  readonly links: readonly ChainLink[]
}

/**
 * Asks the sources in their order; one that says `no_credentials` passes on to the next. Any other failure
 * ends the chain: a source that is set up and broken must not be hidden by another identity. When there
 * is none left, `no_credentials` with what each one said.
 */
export function credentialChain(links: readonly ChainLink[]): ChainedCredentials {
  const get = async (): Promise<Credentials> => {
    const said: string[] = []
    for (const { name, source } of links) {
      try {
        return await source.get()
      } catch (error) {
        if (!(error instanceof AwsError) || error.code !== 'no_credentials') throw error
        said.push(`${name}: ${error.message}`)
      }
    }
    throw new AwsError('no_credentials', `no source has credentials (${said.join('; ')})`)
  }
  const describe = () => `the first of ${links.map(({ name }) => name).join(', ')}`
  return Object.freeze({ links: Object.freeze([...links]), get, describe })
}
