import { AwsError, type HttpSend, readTime, type TemporaryCredentials } from '@rolecall/aws'

const rolesPath = '/latest/meta-data/iam/security-credentials/'
const timeoutMs = 10_000
const mostBytes = 64 * 1024
export const mostUpstreamRoles = 100
/** Role names as IAM has them (IAM API Reference, Role). */
const roleName = /^[\w+=,.@-]{1,64}$/

/** The names that a metadata proxy lists, one a line; none when it answers with nothing. */
export async function listUpstreamRoles(http: HttpSend, origin: string): Promise<string[]> {
  const { status, body } = await get(http, `${origin}${rolesPath}`)
  // The old proxy says "none" in both ways.
  if (status === 404) return []
  if (status !== 200) throw unexpected(origin, `status ${status} for the list of roles`)
  const names = body.split(/\r?\n/).map(line => line.trim())
  const found = [...new Set(names.filter(name => name !== ''))]
  const odd = found.filter(name => !roleName.test(name))
  if (odd.length > 0) throw unexpected(origin, 'a list of roles with a line that is no role name')
  if (found.length > mostUpstreamRoles) {
    throw unexpected(origin, `more than ${mostUpstreamRoles} roles`)
  }
  return found
}

/** The credentials of a role. Throws {@link AwsError} for whatever is not unexpired credentials. */
export async function getUpstreamCredentials(
  http: HttpSend,
  origin: string,
  role: string,
  now: Date,
): Promise<TemporaryCredentials> {
  const { status, body } = await get(http, `${origin}${rolesPath}${encodeURIComponent(role)}`)
  if (status !== 200) throw unexpected(origin, `status ${status} for role ${role}`)
  const document = readJson(body)
  const text = (key: string): string | undefined => {
    const value = document?.[key]
    return typeof value === 'string' && /^[\x21-\x7e]{1,16384}$/.test(value) ? value : undefined
  }
  const [accessKeyId, secretAccessKey] = [text('AccessKeyId'), text('SecretAccessKey')]
  const [sessionToken, expires] = [text('Token'), text('Expiration')]
  const isFailure = document?.Code !== undefined && document.Code !== 'Success'
  if (isFailure || !accessKeyId || !secretAccessKey || !sessionToken || !expires) {
    throw unexpected(origin, `no credentials for role ${role}`)
  }
  const expiration = readTime(expires)
  if (expiration === undefined) {
    throw unexpected(origin, `credentials of role ${role} without a time of expiration`)
  }
  if (expiration <= now) throw unexpected(origin, `expired credentials for role ${role}`)
  return { accessKeyId, secretAccessKey, sessionToken, expiration }
}

function get(http: HttpSend, url: string) {
  return http({ method: 'GET', url, headers: {}, timeoutMs, maxBytes: mostBytes })
}

/** The object of a JSON text; undefined for all else. */
function readJson(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}

function unexpected(origin: string, what: string): AwsError {
  return new AwsError('bad_answer', `${origin} answered with ${what}`, { fault: 'server' })
}
