import type { IniSection } from '../shared-files/ini.ts'
import { type CredentialSource, checkedCredentials } from './credentials.ts'
import { named, type ProfileScope, textOf } from './profile-scope.ts'

/** Whether a section holds keys, or half of a pair. */
export function hasKeys(section: IniSection | undefined): boolean {
  return (
    section?.has('aws_access_key_id') === true || section?.has('aws_secret_access_key') === true
  )
}

/** The keys of the profile in the credentials file. */
export function keysInCredentialsFile(scope: ProfileScope): CredentialSource | undefined {
  const { credentialsFile, inCredentials } = scope.files
  return keysOf(scope, credentialsFile, inCredentials.get(scope.name))
}

/** The keys of the profile in the configuration file. */
export function keysInConfigFile(scope: ProfileScope): CredentialSource | undefined {
  const { configFile, inConfig } = scope.files
  return keysOf(scope, configFile, inConfig.get(scope.name))
}

function keysOf(
  scope: ProfileScope,
  file: string,
  settings: IniSection | undefined,
): CredentialSource | undefined {
  if (settings === undefined || !hasKeys(settings)) return undefined
  const source = `${named(scope)} of ${file}`
  const read = (key: string) => textOf({ settings }, key)
  const get = async () =>
    checkedCredentials(source, {
      accessKeyId: read('aws_access_key_id'),
      secretAccessKey: read('aws_secret_access_key'),
      // Older tools write aws_security_token.
      sessionToken: read('aws_session_token') ?? read('aws_security_token'),
      accountId: read('aws_account_id'),
    })
  return { get, describe: () => source }
}
