/** The runtimes of all configured identity providers; follows the configuration. */
import type { SamlProviderConfig } from '../config/config.ts'
import { createSamlProvider, type SamlProvider, type SamlProviderOptions } from './saml-provider.ts'

/** The configured providers by their file's id. */
export interface SamlProviders {
  get(id: string): SamlProvider | undefined
  /** Takes a new list: a provider keeps what it knows unless its metadata is to come from elsewhere. */
  replace(configs: readonly SamlProviderConfig[]): void
  close(): void
}

/** The hosts of the metadata addresses that the file names. */
export function metadataHosts(configs: readonly SamlProviderConfig[]): readonly string[] {
  return configs.flatMap(({ metadata }) =>
    'url' in metadata ? [new URL(metadata.url).hostname] : [],
  )
}

/** Starts a runtime per provider. */
export function createSamlProviders(
  configs: readonly SamlProviderConfig[],
  options: SamlProviderOptions,
): SamlProviders {
  let providers = new Map(configs.map(config => [config.id, createSamlProvider(config, options)]))

  function replace(next: readonly SamlProviderConfig[]): void {
    const before = providers
    providers = new Map(
      next.map(config => {
        const known = before.get(config.id)
        const isSame =
          known !== undefined && JSON.stringify(known.config) === JSON.stringify(config)
        return [config.id, isSame ? known : createSamlProvider(config, options, known)]
      }),
    )
    const kept = new Set(providers.values())
    for (const provider of before.values()) if (!kept.has(provider)) provider.close()
  }

  return Object.freeze({
    get: (id: string) => providers.get(id),
    replace,
    close() {
      for (const provider of providers.values()) provider.close()
    },
  })
}
