import { AwsError } from '../errors.ts'
import { type CredentialSource, checkedCredentials } from './credentials.ts'

/** Variables by name, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Credentials from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, read from `env` at
 * each call. Throws `no_credentials` or `incomplete_credentials`. (AWS SDKs and Tools Reference Guide,
 * "AWS access keys".)
 */
export function environmentCredentials(env: Environment): CredentialSource {
  const source = 'environment variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY'
  return Object.freeze({
    get: async () => {
      const accessKeyId = env.AWS_ACCESS_KEY_ID
      const secretAccessKey = env.AWS_SECRET_ACCESS_KEY
      if (!accessKeyId && !secretAccessKey) {
        throw new AwsError('no_credentials', `${source}: neither is set`)
      }
      const sessionToken = env.AWS_SESSION_TOKEN
      return checkedCredentials(source, { accessKeyId, secretAccessKey, sessionToken })
    },
    describe: () => source,
  })
}
