import type { Account } from '../nouns.ts'
import { viaOf } from './account-via-schema.ts'
import { buildAuditSinks } from './build-audit.ts'
import { buildDiscovery } from './build-discovery.ts'
import { buildFederationApi, buildMachines } from './build-federation-api.ts'
import { buildGrants } from './build-grants.ts'
import { buildHeaderSources } from './build-headers.ts'
import { buildLdapSources } from './build-ldap.ts'
import type { Config, SamlProviderConfig } from './config.ts'
import { credentialSource } from './credential-source.ts'
import { parseDuration } from './duration.ts'
import type { Report } from './report.ts'
import type { SecretSources } from './resolve-secret.ts'
import type { Resources } from './resources.ts'
import type { ConfigFile } from './schema.ts'
import type { SamlEntry } from './sections.ts'
import { listOrder } from './sign-in-sources.ts'
import type { SigningGatewayConfig } from './signing-gateway-config.ts'
import { resolvePath } from './text-file.ts'

/** Makes the configuration of a file in which no check found a problem. */
export function buildConfig(
  name: string,
  file: ConfigFile,
  resources: Resources,
  sources: SecretSources,
  report: Report,
  signingGateway?: SigningGatewayConfig,
): Config {
  const publicUrl = new URL(file.publicUrl).origin
  const accounts = Object.entries(file.accounts).map(([alias, entry]): Account => {
    const { id, partition } = entry
    const [name, tags] = [entry.name ?? alias, { ...entry.tags }]
    return { alias, id, partition, name, tags, ...viaOf(entry.via) }
  })
  const { signIn, aws } = file
  return deepFreeze({
    file: name,
    publicUrl,
    title: file.title,
    listen: {
      host: file.listen.host,
      port: file.listen.port,
      tls: resources.tls,
      trustedProxies: file.listen.trustedProxies,
    },
    store: {
      file:
        file.store.file === ':memory:'
          ? ':memory:'
          : resolvePath(sources.directory, file.store.file),
    },
    signIn: {
      saml: signIn.saml.map((entry, index) =>
        samlProvider(entry, publicUrl, sources.directory, resources.metadata.get(index)),
      ),
      headers: buildHeaderSources(signIn.headers, resources.headers),
      ldap: buildLdapSources(signIn.ldap, resources.ldap),
      order: listOrder(signIn, report),
      samlKeys: resources.samlKeys,
      password: signIn.password,
      machines: buildMachines(signIn.machines),
      session: {
        idleSeconds: seconds(signIn.session.idle),
        absoluteSeconds: seconds(signIn.session.absolute),
      },
    },
    commandLine: {
      enabled: file.commandLine.enabled,
      lifetimeSeconds: seconds(file.commandLine.lifetime),
    },
    aws: {
      region: aws.region,
      credentials: credentialSource(file.aws, resources, sources),
      sourceIdentity: aws.sourceIdentity,
      endpoints: {
        sts: aws.endpoints.sts,
        federation: aws.endpoints.federation,
        console: aws.endpoints.console,
        iam: aws.endpoints.iam,
        organizations: aws.endpoints.organizations,
      },
      timeoutMs: seconds(aws.timeout) * 1000,
      failoverRegion: aws.failoverRegion,
      proxy: aws.proxy && {
        url: aws.proxy.url,
        username: aws.proxy.username,
        password: resources.proxyPassword,
      },
      noProxy: aws.proxy?.noProxy ?? [],
      ca: resources.ca,
    },
    accounts,
    discovery: buildDiscovery(file),
    grants: buildGrants(name, file.grants, resources.policies, report),
    targets: { prefix: file.targets.prefix, compat: file.targets.compat },
    audit: { sinks: buildAuditSinks(file.audit, resources) },
    limits: file.limits,
    federationApi: file.federationApi.map(buildFederationApi),
    signingGateway,
  })
}

function samlProvider(
  entry: SamlEntry,
  publicUrl: string,
  directory: string,
  xml: string | undefined,
): SamlProviderConfig {
  const base = `${publicUrl}/signin/saml/${entry.id}`
  const { username, displayName, email, groups } = entry.attributes
  return {
    id: entry.id,
    title: entry.title ?? entry.id,
    metadata:
      'file' in entry.metadata
        ? { file: resolvePath(directory, entry.metadata.file), xml: xml ?? '' }
        : { url: entry.metadata.url },
    entityId: entry.entityId,
    spEntityId: entry.spEntityId ?? `${base}/metadata`,
    acsUrl: entry.acsPath === undefined ? `${base}/acs` : `${publicUrl}${entry.acsPath}`,
    sloUrl: `${base}/slo`,
    attributes: {
      username,
      displayName,
      email,
      groups: typeof groups === 'string' ? [groups] : groups,
    },
    allowUnsolicited: entry.allowUnsolicited,
    forceAuthn: entry.forceAuthn,
    authnContexts: entry.authnContexts,
    clockSkewSeconds: seconds(entry.clockSkew),
    allow: entry.allow,
    logout: entry.logout,
    signRequests: entry.signRequests,
    emailDomains: entry.emailDomains,
  }
}

function seconds(value: string | number): number {
  const parsed = parseDuration(value)
  if (parsed === undefined) throw new Error('a time span was checked but cannot be read')
  return parsed
}

/** Freezes plain data; objects with a prototype of their own (secrets, sources) stay as they are. */
function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && !Array.isArray(value)) return value
  Object.freeze(value)
  for (const inner of Object.values(value)) deepFreeze(inner)
  return value
}
