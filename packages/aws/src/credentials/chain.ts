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
 * is none left, `no_credentials` with what each one said. It describes itself by the source that gave
 * credentials last, before that by the names of all.
 */
export function credentialChain(links: readonly ChainLink[]): ChainedCredentials {
  let latest: ChainLink | undefined
  const get = async (): Promise<Credentials> => {
    const said: string[] = []
    for (const link of links) {
      try {
        const credentials = await link.source.get()
        latest = link
        return credentials
      } catch (error) {
        if (!(error instanceof AwsError) || error.code !== 'no_credentials') throw error
        said.push(`${link.name}: ${error.message}`)
      }
    }
    throw new AwsError('no_credentials', `no source has credentials (${said.join('; ')})`)
  }
  const describe = () =>
    latest?.source.describe() ?? `the first of ${links.map(({ name }) => name).join(', ')}`
  return Object.freeze({ links: Object.freeze([...links]), get, describe })
}
