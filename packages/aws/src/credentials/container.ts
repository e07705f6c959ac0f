import { AwsError } from '../errors.ts'
import type { HttpSend } from '../http/http.ts'
import { httpSend } from '../http/http-send.ts'
import { type RetryRules, withRetries } from '../http/with-retries.ts'
import { checkedContainerUrl } from './container-url.ts'
import type { CredentialSource, Credentials } from './credentials.ts'
import type { Environment } from './environment.ts'
import { credentialsIn, parseObject, refusalIn } from './read-answer.ts'
import { readToken } from './read-token.ts'

/** Where the variables are, and how the endpoint is called. */
export interface ContainerOptions {
  /**
   * AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, else AWS_CONTAINER_CREDENTIALS_FULL_URI; and
   * AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE, else AWS_CONTAINER_AUTHORIZATION_TOKEN. Read at each call.
   */
  readonly env: Environment
  /** Default: `httpSend`; without a proxy, for the endpoint is on this machine. */
  readonly http?: HttpSend | undefined
  /** Milliseconds for one request. Default 2 000. */
  readonly requestTimeoutMs?: number | undefined
  readonly retry?: RetryRules | undefined
}

const attempts = 3
const maxAnswerBytes = 64 * 1024

/**
 * Credentials of the endpoint that ECS, EKS Pod Identity or an agent gives a container (AWS SDKs and Tools
 * Reference Guide, "Container credential provider"). Throws {@link AwsError}: `no_credentials` when no
 * variable names it, `bad_url`, `bad_token`, `credentials_refused`, `bad_answer`, `network`, `timeout`.
 */
export function containerCredentials(options: ContainerOptions): CredentialSource {
  const { env, http = httpSend, requestTimeoutMs = 2_000, retry = {} } = options
  const get = async (): Promise<Credentials> => {
    const url = checkedContainerUrl(env)
    if (url === undefined) {
      const message =
        'container credentials: neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor AWS_CONTAINER_CREDENTIALS_FULL_URI is set'
      throw new AwsError('no_credentials', message)
    }
    const source = `container credentials of ${new URL(url).host}`
    const token = await authorization(env)
    const attempt = async (leftMs: number) => {
      const response = await http({
        method: 'GET',
        url,
        headers: { accept: 'application/json', ...(token && { authorization: token }) },
        timeoutMs: Math.min(leftMs, requestTimeoutMs),
        maxBytes: maxAnswerBytes,
      }).catch((error: unknown): never => {
        throw leftMs > requestTimeoutMs ? asPassing(error) : error
      })
      if (response.status === 200) return response.body
      const { status, body } = response
      const why = `the endpoint answered with status ${status}${refusalIn(body, token ? [token] : [])}`
      throw new AwsError('credentials_refused', `${source}: ${why}`, { status })
    }
    const answer = parseObject(
      source,
      await withRetries(attempt, requestTimeoutMs * attempts, retry),
    )
    return credentialsIn(source, answer, { sessionToken: 'Token', isTemporary: true })
  }
  return Object.freeze({ get, describe: () => 'container credentials endpoint' })
}

/** An agent that has just started is slow once: what comes too late is asked for again. */
function asPassing(error: unknown): unknown {
  if (!(error instanceof AwsError) || error.code !== 'timeout') return error
  return new AwsError('network', error.message, { fault: 'network', cause: error })
}

async function authorization(env: Environment): Promise<string | undefined> {
  const file = env.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE
  const name = 'AWS_CONTAINER_AUTHORIZATION_TOKEN'
  const token = file ? await readToken(file, `${name}_FILE`) : env[name]
  if (token && /[^\x20-\x7e]/.test(token)) {
    const where = file ? `${file} of ${name}_FILE` : name
    const what = 'holds a line break or another character that no header may have'
    throw new AwsError('bad_token', `${where} ${what}; write it without one at its end`)
  }
  return token || undefined
}
