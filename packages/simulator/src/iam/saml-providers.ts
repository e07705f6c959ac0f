import { type KeyObject, randomInt } from 'node:crypto'
import type { MetadataEntity } from '@rolecall/saml'
import { Fault } from '../query/fault.ts'
import type { LoadedAccount, LoadedWorld } from '../world/loaded.ts'
import { readProviderMetadata } from './provider-metadata.ts'

/** Whether assertions must be encrypted; `undefined` when the provider was never told. */
export type EncryptionMode = 'Required' | 'Allowed' | undefined

/** A private key that decrypts assertions. It leaves the simulator in no answer. */
export interface ProviderKey {
  readonly keyId: string
  readonly timestamp: Date
  readonly key: KeyObject
}

/** A SAML provider as IAM holds it. */
export interface SamlProvider {
  readonly account: LoadedAccount
  readonly name: string
  readonly arn: string
  /** `SAMLSP…`, which stands in the sign-in URL of providers that require encryption. */
  readonly uuid: string
  readonly metadata: string
  readonly entities: readonly MetadataEntity[]
  readonly created: Date
  readonly tags: ReadonlyMap<string, string>
  readonly encryptionMode: EncryptionMode
  /** Newest first. */
  readonly privateKeys: readonly ProviderKey[]
}

/** The SAML providers of every account: those of the world, and those that calls to IAM made. */
export interface SamlProviders {
  get(arn: string): SamlProvider | undefined
  list(accountId: string): readonly SamlProvider[]
  /** Throws `Fault` EntityAlreadyExists, LimitExceeded. */
  create(
    provider: Pick<
      SamlProvider,
      'account' | 'name' | 'metadata' | 'entities' | 'tags' | 'encryptionMode' | 'privateKeys'
    >,
  ): SamlProvider
  /** Puts a changed one in the place of the one with its ARN. */
  replace(provider: SamlProvider): void
  remove(arn: string): void
}

/** IAM quotas: providers of an account. */
const maxProviders = 100

const upper = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'

/** Letters and digits as IAM's ids have them. */
export const randomUpper = (length: number): string =>
  Array.from({ length }, () => upper[randomInt(upper.length)]).join('')

/** Opens the store with the world's providers. `ownMetadata` is that of the simulator's own IdPs by name. Throws `SimulatorError`. */
export function createSamlProviders(options: {
  readonly world: LoadedWorld
  readonly ownMetadata: ReadonlyMap<string, string>
  readonly now: () => Date
}): SamlProviders {
  const { world, ownMetadata, now } = options
  const providers = new Map<string, SamlProvider>()
  const add: SamlProviders['create'] = provider => {
    const { account, name } = provider
    const arn = `arn:${account.partition}:iam::${account.id}:saml-provider/${name}`
    const added = { ...provider, arn, uuid: `SAMLSP${randomUpper(16)}`, created: now() }
    providers.set(arn, Object.freeze(added))
    return added
  }
  const list = (accountId: string) =>
    [...providers.values()].filter(({ account }) => account.id === accountId)
  for (const provider of world.samlProviders.values()) {
    const metadata = ownMetadata.get(provider.metadata) ?? provider.metadata
    const entities = readProviderMetadata(metadata, provider.arn)
    const { account, name } = provider
    const none = { tags: new Map(), encryptionMode: undefined, privateKeys: [] }
    add({ account, name, metadata, entities, ...none })
  }
  return {
    get: arn => providers.get(arn),
    list,
    create(provider) {
      const { account, name } = provider
      const those = list(account.id)
      // Names are unique whatever their case.
      if (those.some(other => other.name.toLowerCase() === name.toLowerCase())) {
        const message = `EntityAlreadyExists: SAML provider with name ${name} already exists.`
        throw new Fault(409, 'EntityAlreadyExists', message)
      }
      if (those.length >= maxProviders) {
        const message = `Cannot exceed quota for SAMLProvidersPerAccount: ${maxProviders}`
        throw new Fault(409, 'LimitExceeded', message)
      }
      return add(provider)
    },
    replace(provider) {
      providers.set(provider.arn, Object.freeze(provider))
    },
    remove(arn) {
      providers.delete(arn)
    },
  }
}
