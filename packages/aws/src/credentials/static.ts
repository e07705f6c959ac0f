import { type CredentialSource, type Credentials, checkedCredentials } from './credentials.ts'

/** Always these credentials. Throws {@link AwsError} at once when a key is missing or mangled. */
export function staticCredentials(credentials: Credentials): CredentialSource {
  const checked = checkedCredentials('given credentials', credentials)
  return Object.freeze({
    get: async () => checked,
    describe: () => `given credentials (${checked.accessKeyId})`,
  })
}
