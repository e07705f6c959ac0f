import type { CredentialSource } from '../credentials/credentials.ts'
import { AwsError } from '../errors.ts'
import { callerTokens } from './caller-tokens.ts'
import { callerCheck } from './check-caller.ts'
import {
  answer,
  type CallerRules,
  type EndpointAnswer,
  type EndpointHandler,
  type EndpointResult,
  pathOf,
} from './endpoint.ts'
import { secondsTime, usableCredentials } from './usable-credentials.ts'

/** A role that the container endpoint hands out to whoever has its token. */
export interface ContainerRole {
  readonly source: CredentialSource
  /** What AWS_CONTAINER_AUTHORIZATION_TOKEN holds: 32 or more printable characters, one line. */
  readonly token: string
  readonly roleArn?: string | undefined
}

/** See {@link containerEndpoint}. */
export interface ContainerEndpointOptions extends CallerRules {
  /** By name; at most 1000. */
  readonly roles: Readonly<Record<string, ContainerRole>>
  /** Default: the time now. */
  readonly now?: (() => Date) | undefined
}

const mostRoles = 1000

/** The address of this endpoint's credentials, to append to the origin that it listens on. */
export const containerCredentialsPath = '/credentials'

/** Paths under which clients of other such endpoints look: EKS Pod Identity, ECS local endpoints. */
const paths: ReadonlySet<string> = new Set([containerCredentialsPath, '/v1/credentials', '/creds'])

/**
 * The container credential protocol (AWS SDKs and Tools Reference Guide, "Container credential provider").
 * GET and HEAD of `/credentials` answer with the role whose token the Authorization header holds;
 * `/credentials/{name}` does so only for that role. Refusals are `{Code, Message}`: 403 for peer and host,
 * 401 for the token, 503 when there are no unexpired credentials. Throws {@link AwsError}
 * `invalid_argument` for tokens that will not do.
 */
export function containerEndpoint(options: ContainerEndpointOptions): EndpointHandler {
  const { now = () => new Date() } = options
  const roles = new Map(Object.entries(options.roles))
  if (roles.size > mostRoles) {
    throw new AwsError('invalid_argument', `${roles.size} roles are more than ${mostRoles}`)
  }
  const refusalOf = callerCheck(options)
  const nameOf = callerTokens(new Map([...roles].map(([name, { token }]) => [name, token])))

  return async ({ method, target, headers, remoteAddress }) => {
    const refusal = refusalOf({ method, target, headers, remoteAddress })
    if (refusal === 'refused_peer') return refuse(403, refusal, 'AccessDenied', 'not for this peer')
    if (refusal !== undefined) {
      return refuse(403, refusal, 'AccessDenied', 'the Host header has a name that is not served')
    }
    const path = pathOf(target)
    const wanted = wantedRole(path)
    if (!paths.has(path) && wanted === undefined) {
      return refuse(404, 'not_found', 'NotFound', `credentials are at ${containerCredentialsPath}`)
    }
    if (method !== 'GET' && method !== 'HEAD') {
      return refuse(405, 'bad_method', 'MethodNotAllowed', 'use GET', { allow: 'GET, HEAD' })
    }
    const name = nameOf(headers.authorization)
    const role = name === undefined ? undefined : roles.get(name)
    // Whether there is a role of the wanted name is nothing for who has another token.
    if (name === undefined || role === undefined || (wanted ?? name) !== name) {
      return refuse(
        401,
        'refused_token',
        'AccessDenied',
        'the Authorization header does not hold the token of this role',
      )
    }
    const usable = await usableCredentials(role.source, now)
    if ('problem' in usable) {
      const { problem } = usable
      const refused = refuse(503, 'unavailable', 'CredentialsUnavailable', problem)
      return { ...refused, role: name, reason: problem }
    }
    const { credentials, accountId } = usable
    const body = JSON.stringify({
      AccessKeyId: credentials.accessKeyId,
      SecretAccessKey: credentials.secretAccessKey,
      Token: credentials.sessionToken,
      Expiration: secondsTime(credentials.expiration),
      ...(accountId === undefined ? {} : { AccountId: accountId }),
      ...(role.roleArn === undefined ? {} : { RoleArn: role.roleArn }),
    })
    return answer(200, 'credentials', { type: 'application/json', body }, { role: name })
  }
}

/** The role that a path names. */
function wantedRole(path: string): string | undefined {
  const prefix = `${containerCredentialsPath}/`
  if (!path.startsWith(prefix)) return undefined
  try {
    return decodeURIComponent(path.slice(prefix.length))
  } catch {
    return ''
  }
}

function refuse(
  status: number,
  result: EndpointResult,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): EndpointAnswer {
  const body = JSON.stringify({ Code: code, Message: message })
  return answer(status, result, { type: 'application/json', body }, { headers })
}
