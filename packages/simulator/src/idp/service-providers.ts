import { bindings, defaultOf, type MetadataEntity, readMetadata } from '@rolecall/saml'
import { SimulatorError } from '../errors.ts'

/** A service provider that the IdP answers. */
export interface ServiceProvider {
  readonly entityId: string
  /** Name to show: that of the metadata, else the host of its assertion consumer. */
  readonly title: string
  readonly metadata: MetadataEntity
}

/** The service providers that the IdP knows, by entity ID. */
export interface ServiceProviders {
  /** Registers every SP of a metadata document. Throws `SimulatorError` `service_provider_invalid`. */
  trust(metadataXml: string): void
  find(entityId: string): ServiceProvider | undefined
  all(): readonly ServiceProvider[]
}

const maxServiceProviders = 1000

/** An empty, bounded register. */
export function createServiceProviders(): ServiceProviders {
  const known = new Map<string, ServiceProvider>()
  return {
    trust(metadataXml) {
      const found = read(metadataXml)
      if (known.size + found.length > maxServiceProviders) {
        throw invalid(`more than ${maxServiceProviders} service providers`)
      }
      for (const provider of found) known.set(provider.entityId, provider)
    },
    find: entityId => known.get(entityId),
    all: () => [...known.values()],
  }
}

function read(metadataXml: string): ServiceProvider[] {
  let entities: readonly MetadataEntity[]
  try {
    entities = readMetadata(metadataXml).entities
  } catch (cause) {
    throw invalid(cause instanceof Error ? cause.message : String(cause), cause)
  }
  const found = entities.flatMap(entity => serviceProvider(entity) ?? [])
  if (found.length === 0) throw invalid('it has no service provider with an HTTP-POST consumer')
  return found
}

function serviceProvider(metadata: MetadataEntity): ServiceProvider | undefined {
  const consumers = (metadata.sp?.acsEndpoints ?? []).filter(
    ({ binding }) => binding === bindings.post,
  )
  const [first] = consumers
  if (first === undefined) return undefined
  const title =
    defaultOf(metadata.sp?.attributeServices ?? [])?.names[0]?.value ?? new URL(first.location).host
  return Object.freeze({ entityId: metadata.entityId, title, metadata })
}

function invalid(why: string, cause?: unknown): SimulatorError {
  const message = `the metadata of the service provider cannot be used: ${why}`
  return new SimulatorError('service_provider_invalid', message, { cause })
}
