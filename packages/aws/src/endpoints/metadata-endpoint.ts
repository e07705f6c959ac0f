import { randomBytes } from 'node:crypto'
import type { CredentialSource } from '../credentials/credentials.ts'
import { callerCheck } from './check-caller.ts'
import {
  answer,
  type CallerRules,
  type EndpointAnswer,
  type EndpointHandler,
  type EndpointRequest,
  type EndpointResult,
  pathOf,
} from './endpoint.ts'
import { type InstanceFacts, instanceMetadata } from './instance-facts.ts'
import { longestTokenSeconds, type MetadataTokens, metadataTokens } from './metadata-token.ts'
import { readTree } from './metadata-tree.ts'
import { isMetadataVersion, metadataVersions } from './metadata-versions.ts'
import { secondsTime, usableCredentials } from './usable-credentials.ts'

/** The roles of an instance, which may change while it runs. */
export interface MetadataRoles {
  /** In the order of the list; SDKs take the first. */
  names(): readonly string[]
  find(name: string): CredentialSource | undefined
}

/** See {@link metadataEndpoint}. */
export interface MetadataEndpointOptions extends CallerRules {
  readonly roles: MetadataRoles
  /** Default: nothing is known of the instance. */
  readonly facts?: InstanceFacts | undefined
  /** Whether requests without a token are answered (IMDSv1). Default false. */
  readonly v1?: boolean | undefined
  /**
   * What an unknown role, and the list when there is none, get: 404 as at EC2, or 200 and an empty body,
   * which callers of older metadata proxies expect. Default `not-found`.
   */
  readonly missing?: 'not-found' | 'empty' | undefined
  /** 32 secret bytes under which session tokens are made. Default: random. */
  readonly tokenKey?: Uint8Array | undefined
  /** Default: the time now. */
  readonly now?: (() => Date) | undefined
  /** Default: `randomBytes` of `node:crypto`. */
  readonly random?: ((size: number) => Uint8Array) | undefined
}

const tokenHeader = 'x-aws-ec2-metadata-token'
const ttlHeader = 'x-aws-ec2-metadata-token-ttl-seconds'
const rolesPath = 'meta-data/iam/security-credentials'
/** Roles whose last update is remembered. */
const mostRoles = 1000

/**
 * The instance metadata service of EC2, version 2, and 1 when switched on: session tokens, role
 * credentials, and the facts that are given (EC2 User Guide, "Use the Instance Metadata Service").
 * Statuses are EC2's; where there are no unexpired credentials it is 503 with `{Code, Message}`.
 * A request for a token, or one without, that passed through a proxy (Forwarded, Via, X-Forwarded-…, X-Real-IP)
 * is refused.
 */
export function metadataEndpoint(options: MetadataEndpointOptions): EndpointHandler {
  const { now = () => new Date(), random = randomBytes, tokenKey = random(32) } = options
  const refusalOf = callerCheck(options)
  const tokens = metadataTokens({ now, key: tokenKey, random })
  const read = metadataReader(options, now)

  return async request => {
    const refusal = refusalOf(request)
    if (refusal === 'refused_peer') return text(403, refusal, 'not for this peer')
    if (refusal !== undefined) {
      return text(403, refusal, 'the Host header has a name that is not served')
    }
    const path = pathOf(request.target)
    if (request.method === 'PUT') return putToken(path, request, tokens)
    if (path === '/latest/api/token') return wrongMethod('PUT')
    if (request.method !== 'GET' && request.method !== 'HEAD') return wrongMethod('GET, HEAD')
    return tokenRefusal(request, tokens, options.v1 === true) ?? (await read(path))
  }
}

function putToken(path: string, request: EndpointRequest, tokens: MetadataTokens): EndpointAnswer {
  const { headers } = request
  if (isForwarded(request)) return forwarded()
  if (path !== '/latest/api/token') {
    return path.endsWith('/api/token')
      ? text(403, 'refused_version', 'tokens are at /latest/api/token')
      : wrongMethod('GET, HEAD')
  }
  const ttl = headers[ttlHeader] ?? ''
  const seconds = Number(ttl)
  if (!/^\d{1,5}$/.test(ttl) || seconds < 1 || seconds > longestTokenSeconds) {
    return text(400, 'bad_request', `${ttlHeader} has to be 1 to ${longestTokenSeconds}`)
  }
  // SDKs of Go fail when the lifetime is not echoed.
  return answer(
    200,
    'token',
    { type: 'text/plain', body: tokens.issue(seconds) },
    { headers: { [ttlHeader]: String(seconds) } },
  )
}

function tokenRefusal(
  request: EndpointRequest,
  tokens: MetadataTokens,
  v1: boolean,
): EndpointAnswer | undefined {
  const token = request.headers[tokenHeader]
  if (token === undefined) {
    if (!v1) {
      const how = `PUT /latest/api/token with ${ttlHeader}, then send ${tokenHeader}`
      return text(401, 'refused_token', how)
    }
    return isForwarded(request) ? forwarded() : undefined
  }
  if (tokens.isValid(token)) return undefined
  return text(401, 'refused_token', `${tokenHeader} is wrong or has expired`)
}

function metadataReader(
  { roles, facts = {}, missing = 'not-found' }: MetadataEndpointOptions,
  now: () => Date,
): (path: string) => Promise<EndpointAnswer> {
  const started = secondsTime(now())
  const metadata = instanceMetadata(facts, started)
  const notFound = (): EndpointAnswer => text(404, 'not_found', 'not found')
  const noRole = () => (missing === 'empty' ? data('') : notFound())
  const updated = lastUpdates(now)

  return async path => {
    if (path === '/') return data(metadataVersions.join('\n'))
    const [, version = '', below = ''] = /^\/([^/]+)(?:\/(.*))?$/.exec(path) ?? []
    if (!isMetadataVersion(version)) return notFound()
    const names = roles.names()
    if (below === rolesPath || below === `${rolesPath}/`) {
      return names.length === 0 ? noRole() : data(names.join('\n'))
    }
    if (below.startsWith(`${rolesPath}/`)) {
      const name = decoded(below.slice(rolesPath.length + 1))
      const source = name === undefined ? undefined : roles.find(name)
      if (name === undefined || source === undefined) return noRole()
      return roleCredentials(name, source, now, updated)
    }
    const tree = new Map(metadata)
    for (const name of names) tree.set(`${rolesPath}/${name}`, '')
    const found = readTree(tree, below)
    return found === undefined ? notFound() : data(found)
  }
}

async function roleCredentials(
  role: string,
  source: CredentialSource,
  now: () => Date,
  updated: (role: string, accessKeyId: string) => string,
): Promise<EndpointAnswer> {
  const usable = await usableCredentials(source, now)
  if ('problem' in usable) {
    const { problem: reason } = usable
    const body = JSON.stringify({ Code: 'CredentialsUnavailable', Message: reason })
    return answer(503, 'unavailable', { type: 'application/json', body }, { role, reason })
  }
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = usable.credentials
  const document = {
    Code: 'Success',
    LastUpdated: updated(role, accessKeyId),
    Type: 'AWS-HMAC',
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    Token: sessionToken,
    Expiration: secondsTime(expiration),
  }
  const body = JSON.stringify(document, undefined, 2)
  return answer(200, 'credentials', { type: 'text/plain', body }, { role })
}

/** When the keys of a role were first seen here. */
function lastUpdates(now: () => Date): (role: string, accessKeyId: string) => string {
  const seen = new Map<string, { readonly accessKeyId: string; readonly at: string }>()
  return (role, accessKeyId) => {
    const before = seen.get(role)
    if (before?.accessKeyId === accessKeyId) return before.at
    const at = secondsTime(now())
    if (seen.size >= mostRoles) seen.clear()
    seen.set(role, { accessKeyId, at })
    return at
  }
}

/** Role names have `+=,.@-`, which clients may encode. */
function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
}

const data = (body: string): EndpointAnswer => answer(200, 'data', { type: 'text/plain', body })

/** A header that is there and empty counts: a proxy may not know its peer. */
const isForwarded = ({ headers }: EndpointRequest): boolean =>
  Object.entries(headers).some(
    ([name, value]) =>
      value !== undefined && /^(?:forwarded|via|x-forwarded-.+|x-real-ip)$/.test(name),
  )

const forwarded = (): EndpointAnswer =>
  text(403, 'refused_forwarded', 'requests that a proxy passes on are refused')

const wrongMethod = (allow: string): EndpointAnswer =>
  text(405, 'bad_method', `use ${allow}`, { allow })

function text(
  status: number,
  result: EndpointResult,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): EndpointAnswer {
  return answer(status, result, { type: 'text/plain', body: `${message}\n` }, { headers })
}
