/** A role session as a console in the browser. */
import { AwsError, consoleSignInUrl, type HttpSend } from '@rolecall/aws'
import type { Config } from '../config/config.ts'
import { ServerError } from '../errors.ts'
import type { RoleSession } from '../nouns.ts'

/**
 * The address that signs the browser in to the console; it works for fifteen minutes and once it
 * leaves here it is as good as the session. SessionDuration stays out: AWS refuses it for chained
 * sessions, and without it the console lasts as long as the credentials. Throws `console-refused`
 * or `aws-unreachable`.
 */
export async function consoleFor(
  session: RoleSession,
  destination: string,
  options: { readonly config: Config; readonly http: HttpSend },
): Promise<string> {
  const { aws, publicUrl } = options.config
  try {
    return await consoleSignInUrl({
      credentials: session.credentials,
      partition: session.offer.account.partition,
      issuer: publicUrl,
      destination,
      http: options.http,
      timeoutMs: aws.timeoutMs,
      ...(aws.endpoints.federation === undefined ? {} : { endpoint: aws.endpoints.federation }),
    })
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    throw new ServerError(error.fault === 'client' ? 'console-refused' : 'aws-unreachable', {
      detail: `${error.code}: ${error.message}`,
      cause: error,
    })
  }
}
