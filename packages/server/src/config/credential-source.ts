import {
  type CredentialSource,
  cachedCredentials,
  containerCredentials,
  createHttpSend,
  defaultCredentialChain,
  environmentCredentials,
  instanceCredentials,
  processCredentials,
  profileCredentials,
  roleCredentials,
  type SourceStsOptions,
  webIdentityCredentials,
} from '@rolecall/aws'
import { readKeys } from './check-keys.ts'
import { parseDuration } from './duration.ts'
import type { SecretSources } from './resolve-secret.ts'
import type { Resources } from './resources.ts'
import type { ConfigFile } from './schema.ts'
import { resolvePath } from './text-file.ts'

/** Keys of a file or a variable may be replaced while the gateway runs. */
const keptMs = 60_000

/**
 * The gateway's own credentials, as `aws.credentials` says: a source, then the roles of `assume`. They are kept
 * and renewed, by one call for all who wait.
 */
export function credentialSource(
  aws: ConfigFile['aws'],
  resources: Resources,
  sources: SecretSources,
): CredentialSource {
  const sts = stsOptions(aws, resources)
  let source = firstSource(aws, resources, { ...sources, sts })
  for (const { role: roleArn, externalId, sessionName: roleSessionName } of aws.credentials
    .assume) {
    source = roleCredentials({
      source: cachedCredentials(source, { keptMs }),
      sts,
      roleArn,
      roleSessionName,
      externalId,
    })
  }
  return cachedCredentials(source, { keptMs })
}

function firstSource(
  { credentials }: ConfigFile['aws'],
  { keys }: Resources,
  { env, directory, sts }: SecretSources & { readonly sts: SourceStsOptions },
): CredentialSource {
  const path = (name: string | undefined) =>
    name === undefined ? undefined : resolvePath(directory, name)
  const { http, ...ofProfile } = sts
  switch (credentials.source) {
    case 'environment':
      return environmentCredentials(env)
    case 'profile': {
      const { profile } = credentials
      const credentialsFile = path(credentials.credentialsFile)
      const configFile = path(credentials.configFile)
      return profileCredentials({ profile, credentialsFile, configFile, env, http, sts: ofProfile })
    }
    case 'static':
      if (keys === undefined) throw new Error('static credentials were checked but not read')
      return readKeys(keys)
    case 'default':
      return defaultCredentialChain({ env, http, sts: ofProfile })
    case 'instance':
      return instanceCredentials({ env })
    case 'container':
      return containerCredentials({ env })
    case 'web-identity': {
      const { role: roleArn, sessionName: roleSessionName } = credentials
      const token = { file: resolvePath(directory, credentials.tokenFile) }
      return webIdentityCredentials({ token, roleArn, roleSessionName, sts })
    }
    case 'process':
      return processCredentials({ command: credentials.command, env })
  }
}

/** STS as the gateway calls it for people. */
function stsOptions(aws: ConfigFile['aws'], { proxyPassword, ca }: Resources): SourceStsOptions {
  const { region, failoverRegion, endpoints, proxy } = aws
  const timeout = parseDuration(aws.timeout)
  return {
    region,
    failoverRegion,
    ...(endpoints.sts === undefined ? {} : { endpoint: endpoints.sts }),
    ...(timeout === undefined ? {} : { timeoutMs: timeout * 1_000 }),
    http: createHttpSend({
      proxy: proxy && { url: proxy.url, username: proxy.username, password: proxyPassword },
      noProxy: proxy?.noProxy,
      ca,
    }),
  }
}
