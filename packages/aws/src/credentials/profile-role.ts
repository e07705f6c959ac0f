import { AwsError } from '../errors.ts'
import { containerCredentials } from './container.ts'
import type { CredentialSource } from './credentials.ts'
import { environmentCredentials } from './environment.ts'
import { instanceOf } from './profile-instance.ts'
import { hasKeys } from './profile-keys.ts'
import { type ProfileKind, profileKinds, sourceOfKinds } from './profile-kinds.ts'
import { anotherProfile, badProfile, notIn, type ProfileScope, textOf } from './profile-scope.ts'
import { durationOf, sessionNameOf } from './profile-session.ts'
import { stsOptionsOf } from './profile-sts.ts'
import { roleCredentials } from './role.ts'

/** Profiles that lead to each other; each is a call of STS. */
const longestPath = 20

/** `role_arn` with `source_profile` or `credential_source`. */
export const assumeRoleKind: ProfileKind = {
  name: 'assume-role',
  lacks: 'role_arn',
  sourceOf: scope => (takesRole(scope) ? roleOf(scope) : undefined),
}

/** A web identity takes a role in another way. */
function takesRole({ settings }: Pick<ProfileScope, 'settings'>): boolean {
  return settings.has('role_arn') && !settings.has('web_identity_token_file')
}

function roleOf(scope: ProfileScope): CredentialSource {
  const roleArn = textOf(scope, 'role_arn')
  if (roleArn === undefined) throw badProfile(scope, 'role_arn is empty')
  return roleCredentials({
    source: sourceOf(scope),
    sts: stsOptionsOf(scope, roleArn),
    roleArn,
    roleSessionName: sessionNameOf(scope),
    externalId: textOf(scope, 'external_id'),
    durationSeconds: durationOf(scope),
    serialNumber: textOf(scope, 'mfa_serial'),
    mfaCode: scope.options.mfaCode,
  })
}

function sourceOf(scope: ProfileScope): CredentialSource {
  const profile = textOf(scope, 'source_profile')
  const named = textOf(scope, 'credential_source')
  if (profile !== undefined && named !== undefined) {
    throw badProfile(scope, 'expected source_profile or credential_source, and both are there')
  }
  if (named !== undefined) return namedSource(scope, named)
  if (profile !== undefined) return sourceProfile(scope, profile)
  throw badProfile(scope, 'role_arn needs source_profile or credential_source')
}

/** The names are AWS's (SDKs and Tools Reference Guide, "Assume role credential provider"). */
function namedSource(scope: ProfileScope, name: string): CredentialSource {
  const { env, options } = scope
  if (name === 'Environment') return needed(scope, environmentCredentials(env))
  if (name === 'EcsContainer')
    return needed(scope, containerCredentials({ env, http: options.localHttp }))
  if (name === 'Ec2InstanceMetadata') return needed(scope, instanceOf(scope))
  const names = 'Environment, EcsContainer or Ec2InstanceMetadata'
  throw badProfile(scope, `credential_source: expected ${names}`)
}

function sourceProfile(scope: ProfileScope, name: string): CredentialSource {
  const settings = scope.files.profiles.get(name)
  if (settings === undefined) {
    throw badProfile(scope, `source_profile: ${JSON.stringify(name)} ${notIn(scope.files)}`)
  }
  // A profile may name itself to say that its role is taken with its own keys.
  const isItself = name === scope.name && hasKeys(settings)
  if (scope.path.includes(name) && !isItself) {
    const path = [...scope.path, name].map(one => JSON.stringify(one)).join(' → ')
    throw badProfile(scope, `source_profile: the profiles go round in a circle: ${path}`)
  }
  if (scope.path.length >= longestPath) {
    throw badProfile(scope, `source_profile: more than ${longestPath} profiles lead here`)
  }
  const source = anotherProfile(scope, name, settings)
  // As the source of another profile, keys go before a role.
  const kinds = profileKinds(false)
  const found = hasKeys(settings)
    ? sourceOfKinds(source, kinds)
    : sourceOfKinds(source, [assumeRoleKind, ...kinds])
  if (found === undefined)
    throw badProfile(source, `has no credentials for ${scope.path.join(' → ')}`)
  return needed(scope, found)
}

/** A source that a profile names has to have something: no other may take its place. */
function needed(scope: ProfileScope, source: CredentialSource): CredentialSource {
  const get = () =>
    source.get().catch((error: unknown): never => {
      if (!(error instanceof AwsError) || error.code !== 'no_credentials') throw error
      throw badProfile(scope, `the source of its role has no credentials: ${error.message}`)
    })
  return { get, describe: () => source.describe() }
}
