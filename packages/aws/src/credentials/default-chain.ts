import { AwsError } from '../errors.ts'
import { type ChainedCredentials, type ChainLink, credentialChain } from './chain.ts'
import { containerCredentials } from './container.ts'
import type { CredentialSource } from './credentials.ts'
import { environmentCredentials } from './environment.ts'
import { instanceOf } from './profile-instance.ts'
import { type ProfileKind, profileKinds } from './profile-kinds.ts'
import { assumeRoleKind } from './profile-role.ts'
import { named, openProfile, type ProfileOptions, type ProfileScope } from './profile-scope.ts'

/**
 * Where AWS's command and SDKs look for credentials, in the order of AWS's command (Boto3 documentation,
 * "Credentials"): variables, a role, web identity, IAM Identity Center, keys in the credentials file, a
 * process, keys in the config file, the container's endpoint, instance metadata. A `profile` in the
 * options leaves the variables out. The links do not share what they read, so keep the credentials with
 * `cachedCredentials`. Throws {@link AwsError} as `credentialChain` does.
 */
export function defaultCredentialChain(options: ProfileOptions = {}): ChainedCredentials {
  const env = options.env ?? {}
  const isChosen = options.profile !== undefined
  const ofProfile = (kind: ProfileKind): ChainLink => ({
    name: kind.name,
    source: kindSource(kind, options),
  })
  const links: ChainLink[] = [
    ...(isChosen ? [] : [{ name: 'env', source: environmentCredentials(env) }]),
    ofProfile(assumeRoleKind),
    ...profileKinds(!isChosen).map(ofProfile),
    { name: 'container-role', source: containerCredentials({ env, http: options.localHttp }) },
    { name: 'iam-role', source: opened(options, instanceOf, 'EC2 instance metadata') },
  ]
  return credentialChain(links)
}

function kindSource({ name, lacks, sourceOf }: ProfileKind, options: ProfileOptions) {
  const found = (scope: ProfileScope) => {
    const source = sourceOf(scope)
    if (source !== undefined) return source
    throw new AwsError('no_credentials', `${named(scope)} has no ${lacks}`)
  }
  return opened(options, found, `${name} of a profile`)
}

function opened(
  options: ProfileOptions,
  sourceOf: (scope: ProfileScope) => CredentialSource,
  description: string,
): CredentialSource {
  const get = async () => await sourceOf(await openProfile(options)).get()
  return Object.freeze({ get, describe: () => description })
}
