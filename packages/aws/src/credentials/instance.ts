import { AwsError } from '../errors.ts'
import type { HttpResponse, HttpSend } from '../http/http.ts'
import { httpSend } from '../http/http-send.ts'
import { withRetries } from '../http/with-retries.ts'
import type { CredentialSource, Credentials } from './credentials.ts'
import type { Environment } from './environment.ts'
import {
  type InstanceEndpoint,
  type InstanceSettings,
  instanceEndpoint,
} from './instance-endpoint.ts'
import { instanceToken, metadataHeaders } from './instance-token.ts'
import { credentialsIn, parseObject, refusalIn, textIn } from './read-answer.ts'

/** How instance metadata is asked. */
export interface InstanceOptions extends InstanceSettings {
  /** Default: no variable set. */
  readonly env?: Environment | undefined
  /** Which role, where a metadata proxy offers several. Default: the first. */
  readonly role?: string | undefined
  /** Default: `httpSend`; without a proxy, for metadata is on this machine. */
  readonly http?: HttpSend | undefined
}

const rolesPath = '/latest/meta-data/iam/security-credentials/'
const maxAnswerBytes = 64 * 1024
const rolePattern = /^[\w+=,.@-]{1,64}$/

/**
 * Credentials of the role of an EC2 instance, from its metadata service, version 2 (EC2 User Guide, "Retrieve
 * security credentials from instance metadata"). Throws {@link AwsError}: `no_credentials` when nothing
 * answers there, it is switched off or the instance has no role; `metadata_hop_limit` when the token's
 * answer does not reach this far; `credentials_refused`, `bad_answer`, `bad_url`.
 */
export function instanceCredentials(options: InstanceOptions = {}): CredentialSource {
  const { env = {}, http = httpSend } = options
  const get = async (): Promise<Credentials> => {
    const endpoint = instanceEndpoint(options, env)
    const source = `instance metadata of ${endpoint.url}`
    const token = await instanceToken(endpoint, http)
    const read = (path: string) => metadataOf(endpoint, http, path, token)
    const roles = await read(rolesPath)
    if (roles.status === 404) {
      throw new AwsError('no_credentials', `${source}: the instance has no role (status 404)`)
    }
    const role = roleIn(source, bodyOf(source, roles), options.role)
    const answer = parseObject(source, bodyOf(source, await read(`${rolesPath}${role}`)))
    const code = textIn(answer, 'Code')
    if (code !== undefined && code !== 'Success') {
      const said = refusalIn(answer, [])
      throw new AwsError('credentials_refused', `${source}: no credentials for role ${role}${said}`)
    }
    return credentialsIn(source, answer, { sessionToken: 'Token', isTemporary: true })
  }
  return Object.freeze({ get, describe: () => 'EC2 instance metadata' })
}

async function metadataOf(
  endpoint: InstanceEndpoint,
  http: HttpSend,
  path: string,
  token: string | undefined,
): Promise<HttpResponse> {
  const { url, requestTimeoutMs: timeoutMs, attempts } = endpoint
  const attempt = async (leftMs: number) => {
    const headers = token === undefined ? {} : { [metadataHeaders.token]: token }
    const response = await http({
      ...{ method: 'GET', url: `${url}${path}`, headers, maxBytes: maxAnswerBytes },
      timeoutMs: Math.min(timeoutMs, leftMs),
    })
    // Only what passes is asked again; what else it says is read by the caller.
    if (response.status >= 500 || response.status === 429) {
      bodyOf(`instance metadata of ${url}`, response)
    }
    return response
  }
  return await withRetries(attempt, timeoutMs * attempts, { attempts })
}

function bodyOf(source: string, { status, body }: HttpResponse): string {
  if (status === 200) return body
  const message = `${source}: answered with status ${status}${refusalIn(body, [])}`
  throw new AwsError('credentials_refused', message, { status })
}

/** The role to ask for, of a list with one in each line. */
function roleIn(source: string, list: string, wanted: string | undefined): string {
  const roles = list.split(/\r?\n/).filter(line => line !== '')
  const [role] = wanted === undefined ? roles : roles.filter(one => one === wanted)
  if (role === undefined) {
    const message = wanted === undefined ? 'names no role' : `does not offer role ${wanted}`
    throw new AwsError('no_credentials', `${source}: ${message}`)
  }
  if (rolePattern.test(role)) return role
  throw new AwsError('bad_answer', `${source}: the answer is no list of role names`)
}
