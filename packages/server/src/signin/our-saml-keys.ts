/** Our own SAML keys at use: which one signs, and which decrypt. */
import type { KeyObject } from 'node:crypto'
import type { SigningKey } from '@rolecall/saml'
import type { SamlKeyPair, SamlProviderConfig } from '../config/config.ts'
import { canDecrypt } from '../config/index.ts'
import { ServerError } from '../errors.ts'
import type { IdpFacts } from './idp-facts.ts'

/** Whether requests to a provider are signed; `facts` are undefined while its metadata is not known. */
export function signsRequests(
  { signRequests }: SamlProviderConfig,
  facts: Pick<IdpFacts, 'wantsSignedRequests'> | undefined,
): boolean {
  return signRequests ?? facts?.wantsSignedRequests ?? false
}

/** What a request to the provider is signed with, if it is. Throws `provider-unavailable` when there is no key. */
export function requestKey(
  provider: SamlProviderConfig,
  facts: IdpFacts,
  keys: readonly SamlKeyPair[],
): SigningKey | undefined {
  if (!signsRequests(provider, facts)) return undefined
  const [first] = keys
  if (first !== undefined) return first
  const detail = `${provider.id}: it wants signed requests, and signIn.samlKeys has no key`
  throw new ServerError('provider-unavailable', { detail })
}

/** The private keys that may decrypt, in the order of the file. */
export function decryptionKeys(keys: readonly SamlKeyPair[]): readonly KeyObject[] {
  return keys.filter(canDecrypt).map(({ key }) => key)
}
