import {
  AwsError,
  byOwnClock,
  type CredentialSource,
  type SourceStsOptions,
  StsClient,
} from '@rolecall/aws'

/** Short, for it is renewed all the time. */
const sessionSeconds = 3600

/**
 * The credentials of a source that have an end: its own, or of long-term keys a session of one hour (STS
 * GetSessionToken), so that whoever gets it cannot keep it. Such a session may not call IAM, and of STS
 * only AssumeRole and GetCallerIdentity (STS API Reference, "GetSessionToken"). Throws {@link AwsError}
 * `unsupported` for a session whose end the source does not know.
 */
export function endingCredentials(
  source: CredentialSource,
  sts: SourceStsOptions,
): CredentialSource {
  return Object.freeze({
    get: async () => {
      const credentials = await source.get()
      if (credentials.expiration !== undefined) return credentials
      if (credentials.sessionToken !== undefined) {
        throw new AwsError(
          'unsupported',
          `${source.describe()} gives a session and not its end; nobody can say when it has expired`,
        )
      }
      const client = new StsClient({ ...sts, credentials })
      const session = await client.getSessionToken({ durationSeconds: sessionSeconds })
      return byOwnClock(session.credentials, client.clockOffsetMs)
    },
    describe: () => source.describe(),
  })
}
