/** The link that signs a browser in to the console with a role's keys. It is a secret. */
import {
  AwsError,
  type ConsoleSignInOptions,
  consoleSignInUrl,
  federationEndpointOf,
  type HttpSend,
  type Partition,
  partitionOf,
  partitions,
} from '@rolecall/aws'
import { Failure } from '../failure.ts'
import type { RoleKeys } from '../sources/source.ts'

/** What shapes the link. */
export interface LinkWish {
  /** A page of the console. */
  readonly destination: string
  /** The page that the console offers when the session has ended. */
  readonly issuer: string | undefined
  readonly durationSeconds: number | undefined
  /** End whatever session the browser has first. */
  readonly logoutFirst: boolean
  /** What stands in for AWS; default: where the keys are from. */
  readonly endpointUrl?: string | undefined
}

/** The link, and what the person should know. Throws `Failure` `credentials` or `network`. */
export async function signInLink(
  keys: RoleKeys,
  wish: LinkWish,
  http: HttpSend,
): Promise<{ readonly url: string; readonly note: string | undefined }> {
  const { accessKeyId, secretAccessKey, sessionToken } = keys
  const partition = partitionOf(keys.roleArn).id
  const options: ConsoleSignInOptions = {
    credentials: { accessKeyId, secretAccessKey, sessionToken },
    partition,
    endpoint: endpointFor(keys, wish, partition),
    destination: wish.destination,
    issuer: wish.issuer,
    http,
  }
  const asked = wish.durationSeconds
  try {
    const url = await consoleSignInUrl({ ...options, sessionDurationSeconds: asked })
    return { url: afterLogout(url, wish), note: undefined }
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    if (asked === undefined || error.code !== 'signin_refused') throw linkFailure(error)
  }
  // Keys of a chained role, or of one with a lower maximum: the console then lasts as long as they do.
  const url = await consoleSignInUrl(options).catch((error: unknown) => {
    throw error instanceof AwsError ? linkFailure(error) : error
  })
  const note = `AWS gives this role no console session of ${asked} s: it lasts until ${keys.expiration}`
  return { url: afterLogout(url, wish), note }
}

function endpointFor(keys: RoleKeys, wish: LinkWish, partition: Partition): string {
  // What stands in for AWS, as the simulator does, stands in for its sign-in service at the same host. A
  // private endpoint of AWS's own STS does not.
  const standIn = wish.endpointUrl ?? keys.endpointUrl
  if (standIn !== undefined && !isOfAws(standIn)) return `${new URL(standIn).origin}/federation`
  // Only this host follows a logout with a login; that of the other partitions has no regional twin.
  if (wish.logoutFirst && partition === 'aws') {
    return `https://us-east-1.${partitions.aws.signinHost}/federation`
  }
  return federationEndpointOf(partition)
}

function isOfAws(endpoint: string): boolean {
  const { hostname } = new URL(endpoint)
  return Object.values(partitions).some(
    ({ dnsSuffix, dualStackDnsSuffix }) =>
      hostname.endsWith(`.${dnsSuffix}`) || hostname.endsWith(`.${dualStackDnsSuffix}`),
  )
}

/** As aws-vault, Leapp and aws-sso-util do it; AWS does not document it. */
function afterLogout(url: string, { logoutFirst }: LinkWish): string {
  if (!logoutFirst) return url
  const { origin } = new URL(url)
  return `${origin}/oauth?Action=logout&redirect_uri=${encodeURIComponent(url)}`
}

function linkFailure(error: AwsError): Failure {
  const isNetwork = error.fault === 'network'
  return new Failure(
    isNetwork ? 'network' : 'credentials',
    `${error.message} (${error.code})`,
    isNetwork ? error.remedy : 'take new keys and try again: rolecall console --force',
  )
}
