import { AwsError } from '../errors.ts'
import { splitUrl } from '../http/split-url.ts'
import { uriEncode } from '../sigv4/encoding.ts'
import { consoleUrlOf, isConsoleUrl } from './console-hosts.ts'
import { federationEndpoint, getSigninToken, type SigninTokenOptions } from './signin-token.ts'

/** {@link SigninTokenOptions}, and where the console session begins and returns to. */
export interface ConsoleSignInOptions extends SigninTokenOptions {
  /** Page that the console offers when the session has ended: the gateway's own address. */
  readonly issuer?: string | undefined
  /**
   * Console page to open. Default: the console's home page. Must be on a console host of the partition,
   * unless an `endpoint` of another service is given.
   */
  readonly destination?: string | undefined
}

/**
 * The address that signs a browser in to the AWS console with temporary credentials. It works once-off for
 * 15 minutes and is a secret: whoever opens it has the session. Throws {@link AwsError} as
 * {@link getSigninToken} does, and `bad_url` for a destination outside the console.
 */
export async function consoleSignInUrl(options: ConsoleSignInOptions): Promise<string> {
  const { issuer } = options
  // A page of an application may stand behind `#`.
  if (issuer !== undefined) splitUrl(issuer.replace(/#[^\p{Cc}]*$/u, ''))
  const destination = checkedDestination(options)
  const endpoint = federationEndpoint(options)
  if (splitUrl(endpoint).query !== '') {
    throw new AwsError('bad_url', 'the federation endpoint must not have a query')
  }
  const token = await getSigninToken(options)
  const query = [
    'Action=login',
    ...(issuer === undefined ? [] : [`Issuer=${uriEncode(issuer)}`]),
    `Destination=${uriEncode(destination)}`,
    `SigninToken=${uriEncode(token)}`,
  ]
  return `${endpoint}?${query.join('&')}`
}

function checkedDestination(options: ConsoleSignInOptions): string {
  const partition = options.partition ?? 'aws'
  const { destination } = options
  if (destination === undefined) return consoleUrlOf(partition, options.region)
  if (options.endpoint === undefined && !isConsoleUrl(destination, partition)) {
    throw new AwsError(
      'bad_url',
      `the destination is not a page of the AWS console of the partition ${partition}`,
    )
  }
  return destination
}
