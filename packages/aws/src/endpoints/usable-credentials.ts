import type { CredentialSource, TemporaryCredentials } from '../credentials/credentials.ts'
import { AwsError } from '../errors.ts'

/** Credentials that may be handed out now, or why there are none: in a text without secrets. */
export type Usable =
  | { readonly credentials: TemporaryCredentials; readonly accountId: string | undefined }
  | { readonly problem: string }

/**
 * Asks the source. Expired credentials are never usable. Keys without an expiration are not either: who
 * gets them keeps them, and the protocols have no form for them.
 */
export async function usableCredentials(
  source: CredentialSource,
  now: () => Date,
): Promise<Usable> {
  try {
    const credentials = await source.get()
    const { sessionToken, expiration } = credentials
    if (sessionToken === undefined || expiration === undefined) {
      return {
        problem: `${source.describe()} gives long-term keys, which are not handed out: take a role with them`,
      }
    }
    // An unreadable time is none to count on.
    if (!(expiration.getTime() > now().getTime())) {
      return { problem: `the credentials of ${source.describe()} have expired` }
    }
    return {
      credentials: { ...credentials, sessionToken, expiration },
      accountId: credentials.accountId,
    }
  } catch (error) {
    const why = error instanceof AwsError ? `${error.code}: ${error.message}` : 'it failed inside'
    return { problem: `no credentials of ${source.describe()}: ${why}` }
  }
}

/** `2026-01-02T03:04:05Z`: the form of both protocols, rounded down. */
export function secondsTime(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`
}
