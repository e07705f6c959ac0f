import { AwsError } from '../errors.ts'
import { type CredentialSource, checkedCredentials } from './credentials.ts'
import { readTime } from './read-time.ts'

/** Variables by name, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Credentials from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_CREDENTIAL_EXPIRATION and
 * AWS_ACCOUNT_ID, read from `env` at each call. Throws `no_credentials`, `incomplete_credentials` or
 * `invalid_argument`. (AWS SDKs and Tools Reference Guide, "AWS access keys", "Account-based endpoints".)
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
      return checkedCredentials(source, {
        accessKeyId,
        secretAccessKey,
        // Older tools set AWS_SECURITY_TOKEN.
        sessionToken: env.AWS_SESSION_TOKEN || env.AWS_SECURITY_TOKEN,
        expiration: expirationOf(env.AWS_CREDENTIAL_EXPIRATION),
        accountId: env.AWS_ACCOUNT_ID,
      })
    },
    describe: () => source,
  })
}

function expirationOf(text: string | undefined): Date | undefined {
  if (!text) return undefined
  const time = readTime(text)
  if (time !== undefined) return time
  const message =
    'the environment variable AWS_CREDENTIAL_EXPIRATION is no time such as 2026-01-31T12:00:00Z'
  throw new AwsError('invalid_argument', message)
}
