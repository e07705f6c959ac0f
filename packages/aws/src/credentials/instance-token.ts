import { AwsError } from '../errors.ts'
import type { HttpResponse, HttpSend } from '../http/http.ts'
import { withRetries } from '../http/with-retries.ts'
import type { InstanceEndpoint } from './instance-endpoint.ts'
import { refusalIn } from './read-answer.ts'

/** The header fields of version 2. */
export const metadataHeaders = {
  token: 'x-aws-ec2-metadata-token',
  ttl: 'x-aws-ec2-metadata-token-ttl-seconds',
} as const

/** For the two requests that follow. */
const ttlSeconds = 60
const maxTokenBytes = 4 * 1024

/**
 * A token of the metadata service, version 2; undefined when there is only version 1 and it is allowed. Throws
 * {@link AwsError} as `instanceCredentials` does.
 */
export async function instanceToken(
  endpoint: InstanceEndpoint,
  http: HttpSend,
): Promise<string | undefined> {
  const { url, requestTimeoutMs, attempts, allowV1 } = endpoint
  const source = `instance metadata of ${url}`
  const attempt = async (leftMs: number) => {
    const response = await http({
      method: 'PUT',
      url: `${url}/latest/api/token`,
      headers: { [metadataHeaders.ttl]: String(ttlSeconds) },
      timeoutMs: Math.min(requestTimeoutMs, leftMs),
      maxBytes: maxTokenBytes,
    })
    const error = refusalOf(source, response)
    if (error?.retryable) throw error
    return response
  }
  try {
    const answer = await withRetries(attempt, requestTimeoutMs * attempts, { attempts })
    // These say that there is no version 2 here, or that this path is none for tokens.
    if (allowV1 && [403, 404, 405].includes(answer.status)) return undefined
    const error = refusalOf(source, answer)
    if (error !== undefined) throw error
    return checkedToken(source, answer.body.trim())
  } catch (error) {
    if (!(error instanceof AwsError) || !isUnreached(error)) throw error
    return await withoutToken(endpoint, http, error)
  }
}

/**
 * The token's answer travels with the hop limit of the instance, 1 unless changed, and is dropped on its way into
 * a container; other answers are not. Whether the service answers without a token tells the two apart.
 */
async function withoutToken(
  { url, requestTimeoutMs: timeoutMs, allowV1 }: InstanceEndpoint,
  http: HttpSend,
  error: AwsError,
): Promise<undefined> {
  const source = `instance metadata of ${url}`
  if (error.code !== 'timeout') {
    throw new AwsError('no_credentials', `${source}: nothing answers (${error.message})`)
  }
  const probe = { method: 'GET', url: `${url}/latest/meta-data/`, headers: {}, timeoutMs }
  const status = await http(probe).then(
    response => response.status,
    () => undefined,
  )
  if (status === undefined) {
    throw new AwsError('no_credentials', `${source}: nothing answers within ${timeoutMs} ms`)
  }
  if (status === 200 && allowV1) return undefined
  throw new AwsError(
    'metadata_hop_limit',
    `${source}: the request for a token got no answer, one without a token got status ${status}: the answer ends on its way to this container; set http-put-response-hop-limit of the instance to 2 or more`,
  )
}

function refusalOf(source: string, { status, body }: HttpResponse): AwsError | undefined {
  if (status === 200) return undefined
  const message = `${source}: the token was refused with status ${status}${refusalIn(body, [])}`
  return new AwsError('credentials_refused', message, { status })
}

function isUnreached({ code }: AwsError): boolean {
  return code === 'timeout' || code === 'network'
}

function checkedToken(source: string, token: string): string {
  if (/^[\x21-\x7e]{1,4096}$/.test(token)) return token
  throw new AwsError('bad_answer', `${source}: the answer is no token`)
}
