/** A role session as a console in the browser. */
import { AwsError, consoleSignInUrl, type HttpSend } from '@rolecall/aws'
import type { Config } from '../config/config.ts'
import { ServerError } from '../errors.ts'
import type { RoleSession } from '../nouns.ts'

/** Which page opens, for how long, and where the person goes when it has ended. */
export interface ConsolePage {
  /** Default: of the grant, else the console's first page. */
  readonly destination?: string | undefined
  /** Where AWS sends the person for a new sign-in. Default: the public address. */
  readonly issuer?: string | undefined
  /**
   * Seconds that the console lasts, also when the keys end earlier. Left out for chained sessions, of
   * which AWS takes none. Default: as long as the credentials.
   */
  readonly durationSeconds?: number | undefined
}

const shortest = 900
/** The federation endpoint's longest (IAM User Guide, "Enabling custom identity broker access"). */
const longest = 43_200
const maxIssuerLength = 2048

/**
 * The address that signs the browser in to the console; it works for fifteen minutes and once it
 * leaves here it is as good as the session. Throws `console-refused` or `aws-unreachable`.
 */
export async function consoleFor(
  session: RoleSession,
  page: ConsolePage & { readonly destination: string },
  options: { readonly config: Config; readonly http: HttpSend },
): Promise<string> {
  const { aws, publicUrl } = options.config
  const seconds = session.isChained ? undefined : page.durationSeconds
  try {
    return await consoleSignInUrl({
      credentials: session.credentials,
      partition: session.offer.account.partition,
      issuer: page.issuer ?? publicUrl,
      destination: page.destination,
      http: options.http,
      timeoutMs: aws.timeoutMs,
      ...(seconds === undefined
        ? {}
        : { sessionDurationSeconds: Math.min(Math.max(Math.floor(seconds), shortest), longest) }),
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

/** Only a web page: AWS makes a link of it. Throws `bad-destination`. */
export function checkIssuer(issuer: string | undefined): void {
  if (issuer === undefined) return
  // Blanks, control characters and backslashes are what readers of URLs disagree on.
  const isReadable = issuer.length <= maxIssuerLength && !/[\s\p{Cc}\\]/u.test(issuer)
  const isPage =
    isReadable && /^https?:\/\/[^/?#@]+(?:[/?#]|$)/i.test(issuer) && URL.canParse(issuer)
  if (!isPage) throw new ServerError('bad-destination', { detail: 'issuer: not a web page' })
}
