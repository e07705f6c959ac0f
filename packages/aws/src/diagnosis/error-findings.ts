import { AwsError } from '../errors.ts'
import { durationLimitOf } from '../sts/duration-limits.ts'
import { type Finding, type FindingCode, finding } from './findings.ts'

/** Where an error came up, and what was seen of the exchange that led to it. */
export interface ErrorContext {
  /** For people: the source, or `AWS`. */
  readonly where: string
  readonly region: string
  /** Host that was asked. */
  readonly host?: string | undefined
  /** The proxy on the way, without its credentials. */
  readonly proxy?: string | undefined
}

/** Codes that mean one thing wherever they come up. */
const byCode: Readonly<Record<string, FindingCode>> = {
  ExpiredToken: 'token.expired',
  ExpiredTokenException: 'token.expired',
  expired_credentials: 'token.expired',
  sso_login_needed: 'token.expired',
  InvalidClientTokenId: 'key.unknown',
  UnrecognizedClientException: 'key.unknown',
  RegionDisabledException: 'region.disabled',
  OptInRequired: 'region.disabled',
  bad_region: 'region.unknown',
  metadata_hop_limit: 'instance.hop-limit',
  mfa_code_needed: 'role.mfa',
  proxy_refused: 'endpoint.unreachable',
  timeout: 'endpoint.unreachable',
  RequestTimeTooSkewed: 'clock.skew',
  RequestExpired: 'clock.skew',
  bad_profile: 'profile.invalid',
  bad_profile_file: 'profile.invalid',
  unknown_profile: 'profile.unknown',
}

/** What a failure of a source, or of STS, comes from. */
export function errorFinding(error: unknown, context: ErrorContext): Finding {
  const { where } = context
  if (!(error instanceof AwsError)) {
    return finding('source.failed', `${where}: ${error instanceof Error ? error.name : 'failed'}`)
  }
  const message = `${where}: ${error.message}`
  if (durationLimitOf(error) === 'role-chaining') return finding('role.chaining', message)
  if (error.code === 'AccessDenied') return denied(error, where)
  if (error.code === 'SignatureDoesNotMatch') return signature(error, where)
  if (error.code === 'network') return unreached(error, context)
  const known = Object.hasOwn(byCode, error.code) ? byCode[error.code] : undefined
  if (known === 'region.disabled') {
    return finding(known, `${where}: ${context.region}: ${error.message}`)
  }
  if (known !== undefined) {
    const severity = known === 'clock.skew' ? { severity: 'error' as const } : {}
    return finding(known, message, severity)
  }
  const remedy = error.remedy
  return finding('source.failed', message, remedy === undefined ? {} : { remedy })
}

const notAuthorized =
  /^User: (arn:[\w-]+:[\w-]+::\d{12}:\S+) is not authorized to perform: (sts:\w+) on resource: (arn:[\w-]+:iam::\d{12}:role\/\S+)/

/** AccessDenied of STS names the caller and the role; the trust policy has to name the caller. */
function denied(error: AwsError, where: string): Finding {
  const [, caller, action, role] = notAuthorized.exec(error.message) ?? []
  if (caller === undefined || role === undefined) {
    return finding('role.trust', `${where}: ${error.message}`)
  }
  const principal = principalOf(caller)
  const account = /::(\d{12}):/.exec(role)?.[1] ?? ''
  const isOther = !caller.includes(`::${account}:`)
  const policy = isOther ? `, and a policy of the caller must allow ${action} on ${role}` : ''
  return finding('role.trust', `${where}: ${caller} may not do ${action} on ${role}`, {
    remedy: `The trust policy of ${role} must allow ${action} to the principal "AWS": "${principal}"${policy}; check also that the role exists and what its conditions ask for (external id, MFA).`,
  })
}

/** A session is in a trust policy by its role. */
function principalOf(caller: string): string {
  const [, start, account, name] =
    /^(arn:[\w-]+):sts::(\d{12}):assumed-role\/([^/]+)\//.exec(caller) ?? []
  return name === undefined ? caller : `${start}:iam::${account}:role/${name}`
}

function signature(error: AwsError, where: string): Finding {
  if (/expired|not yet current/i.test(error.message)) {
    return finding('clock.skew', `${where}: ${error.message}`, { severity: 'error' })
  }
  if (/^Credential should be scoped to a valid region/i.test(error.message)) {
    return finding('endpoint.region', `${where}: ${error.message}`)
  }
  return finding('key.secret', `${where}: ${error.message}`)
}

const otherName: ReadonlySet<unknown> = new Set([
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
])
const unknownAuthority: ReadonlySet<unknown> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])

function unreached(error: AwsError, context: ErrorContext): Finding {
  const { where } = context
  const code = codeOf(error)
  if (otherName.has(code)) return finding('endpoint.certificate', `${where}: ${error.message}`)
  if (unknownAuthority.has(code)) {
    const message = `${where}: ${answeredBy(context)} has a certificate of an authority that is not trusted here (${String(code)})`
    return finding('endpoint.intercepted', message)
  }
  if (code === 'ENOTFOUND') {
    const remedy = `No host of that name is known here: check the region ${context.region}, the endpoint, the network and its name server.`
    return finding('endpoint.unreachable', `${where}: ${error.message}`, { remedy })
  }
  return finding('endpoint.unreachable', `${where}: ${error.message}`)
}

/** Host and, when there is one, the proxy on the way to it. */
export function answeredBy({
  host = 'the endpoint',
  proxy,
}: Pick<ErrorContext, 'host' | 'proxy'>): string {
  return proxy === undefined ? host : `${host}, through the proxy ${proxy},`
}

/** The code of the connection's error: Node's, not ours. */
function codeOf({ cause }: AwsError): unknown {
  return cause instanceof Error && 'code' in cause ? cause.code : undefined
}
