/** What of a new configuration can count without a restart. */
import type { Config, SamlProviderConfig } from './config/config.ts'

/**
 * The new configuration with the settings that count at start only as they run now: `publicUrl` and
 * the addresses made from it, where to listen, `store`, `targets.prefix` and the prefixes of
 * `federationApi`. With the names of those that differ.
 */
export function runningConfig(
  running: Config,
  next: Config,
): { readonly config: Config; readonly needsRestart: readonly string[] } {
  const { publicUrl, listen, store } = running
  const saml = next.signIn.saml.map(provider => atAddress(provider, next.publicUrl, publicUrl))
  const config: Config = {
    ...next,
    publicUrl,
    listen: { ...listen, trustedProxies: next.listen.trustedProxies },
    store,
    signIn: { ...next.signIn, saml },
    targets: { ...next.targets, prefix: running.targets.prefix },
    federationApi: next.federationApi.filter(({ prefix }) => isMounted(running, prefix)),
  }
  return { config, needsRestart: differences(running, next) }
}

/** The provider as a gateway at the other address has it; an entityID of its own choice stays. */
function atAddress(provider: SamlProviderConfig, from: string, to: string): SamlProviderConfig {
  const path = `/signin/saml/${provider.id}`
  const isDefault = provider.spEntityId === `${from}${path}/metadata`
  return {
    ...provider,
    acsUrl: `${to}${provider.acsUrl.slice(from.length)}`,
    sloUrl: `${to}${path}/slo`,
    spEntityId: isDefault ? `${to}${path}/metadata` : provider.spEntityId,
  }
}

function differences(before: Config, after: Config): readonly string[] {
  const pick = (config: Config) => ({
    publicUrl: config.publicUrl,
    'listen.host': config.listen.host,
    'listen.port': config.listen.port,
    'listen.tls': config.listen.tls !== undefined,
    // A listener either asks clients for a certificate or does not; whose it takes may change.
    'signIn.headers.clientCertificate': config.signIn.headers.some(
      ({ clientCertificate }) => clientCertificate !== undefined,
    ),
    store: config.store.file,
    'targets.prefix': config.targets.prefix,
  })
  const old = Object.entries(pick(before))
  const next = new Map<string, unknown>(Object.entries(pick(after)))
  const changed = old.filter(([name, value]) => value !== next.get(name)).map(([name]) => name)
  const isNewMount = after.federationApi.some(({ prefix }) => !isMounted(before, prefix))
  return isNewMount ? [...changed, 'federationApi'] : changed
}

/** A mount that goes away answers no more at once; its routes come only at start. */
function isMounted({ federationApi }: Config, prefix: string): boolean {
  return federationApi.some(mount => mount.prefix === prefix)
}
