import { AwsError } from '../errors.ts'
import { sharedFilePaths } from '../shared-files/shared-files.ts'
import type { CredentialSource, Credentials } from './credentials.ts'
import { profileKinds, sourceOfKinds } from './profile-kinds.ts'
import { assumeRoleKind } from './profile-role.ts'
import { named, notIn, openProfile, type ProfileOptions, profileName } from './profile-scope.ts'

/**
 * The credentials of a profile in the shared files, however it gets them: a role, web identity, IAM Identity
 * Center, keys, a process (AWS SDKs and Tools Reference Guide, "Standardized credential providers"). The
 * files are read at each call, so that changes are seen; keep the credentials with `cachedCredentials`.
 * Throws {@link AwsError}: `no_credentials` for a default profile that is not there or has none,
 * `unknown_profile`, `bad_profile`, `bad_profile_file`, and those of the source that the profile names.
 */
export function profileCredentials(options: ProfileOptions = {}): CredentialSource {
  const name = named(profileName(options))
  const { credentialsFile, configFile } = sharedFilePaths(options)
  const get = async (): Promise<Credentials> => {
    const scope = await openProfile(options)
    const source = sourceOfKinds(scope, [assumeRoleKind, ...profileKinds(false)])
    if (source !== undefined) return await source.get()
    const { files } = scope
    const what = files.profiles.has(scope.name)
      ? `has no credentials in ${files.credentialsFile} or ${files.configFile}`
      : notIn(files)
    throw new AwsError('no_credentials', `${name} ${what}`)
  }
  return Object.freeze({ get, describe: () => `${name} of ${credentialsFile} or ${configFile}` })
}
