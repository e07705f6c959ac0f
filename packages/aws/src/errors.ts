/** What an error code means and what to do about it; `docs/errors.md` is made from this table. */
interface ErrorEntry {
  readonly meaning: string
  readonly remedy: string
}

/**
 * Every error code with a known meaning. Codes in lower case are this package's own; the others are
 * AWS's, spelled as on the wire (STS API Reference, "Errors" and "Common Errors"). A code of AWS that
 * is not in this table is kept as it came.
 */
export const awsErrors = {
  timeout: {
    meaning: 'The whole exchange, retries included, did not end before its deadline.',
    remedy: 'Check the network path to the endpoint, or allow more time.',
  },
  network: {
    meaning:
      'The connection could not be made, was refused, was cut, or its certificate was refused.',
    remedy: 'Check the host name, port, firewall and certificate of the endpoint.',
  },
  proxy_refused: {
    meaning: 'The HTTP proxy did not let the request through.',
    remedy:
      'Give the user name and password of the proxy, let it reach the named host and port, or except that host from the proxy.',
  },
  bad_proxy: {
    meaning:
      'The address of a proxy, or the list of its exceptions, is not in a form that is known.',
    remedy:
      'Write `http://proxy.example.com:3128` (or https:), and exceptions as hosts, addresses or networks.',
  },
  bad_certificates: {
    meaning: 'The certificates of the authorities to trust cannot be read.',
    remedy: 'Give the authorities as PEM text with whole `BEGIN CERTIFICATE` blocks.',
  },
  response_too_large: {
    meaning: 'The answer was larger than the bound for its kind.',
    remedy: 'Check that the endpoint is the AWS service and not a proxy page.',
  },
  bad_answer: {
    meaning: 'The answer is not in the form that the AWS service documents.',
    remedy: 'Check that the endpoint is the AWS service; a proxy or portal may have answered.',
  },
  bad_url: {
    meaning: 'An address is not an absolute http or https URL in the form that can be sent.',
    remedy: 'Give the full, percent-encoded address, without user name and fragment.',
  },
  bad_arn: {
    meaning: 'The text is not an ARN of the kind that is needed, in a known partition.',
    remedy: 'Copy the ARN from the AWS console; a role is `arn:aws:iam::123456789012:role/Name`.',
  },
  bad_region: {
    meaning: 'The region or partition is unknown, or the two do not belong together.',
    remedy: 'Give a region such as `eu-central-1`, in the partition of the account.',
  },
  invalid_argument: {
    meaning: 'An argument is outside the bounds that AWS documents; nothing was sent.',
    remedy: 'Change the named argument to fit the named bound.',
  },
  no_credentials: {
    meaning: 'The credential source holds no credentials.',
    remedy: 'Set the variables, or write the profile, that the message names.',
  },
  incomplete_credentials: {
    meaning: 'The credential source holds an access key ID without its secret, or the reverse.',
    remedy: 'Set both the access key ID and the secret access key.',
  },
  expired_credentials: {
    meaning: 'The credential source gives credentials that have expired, and no others.',
    remedy: 'Renew them where the message says; if they are new, set the clock of this machine.',
  },
  mfa_code_needed: {
    meaning: 'The role is taken with an MFA device, and nobody can be asked for its code.',
    remedy: 'Give a function that asks for the code, or use a profile without `mfa_serial`.',
  },
  credentials_refused: {
    meaning: 'The service that gives the credentials of a source refused to.',
    remedy: 'See the status and the words of the service in the message.',
  },
  process_failed: {
    meaning: 'The credential process cannot be started, or did not end with 0.',
    remedy: 'Run its command by hand, as the same user, and correct what it complains about.',
  },
  metadata_hop_limit: {
    meaning:
      'Instance metadata answers, but its answer to a request for a token does not reach this program.',
    remedy:
      'Raise the hop limit of the instance: `aws ec2 modify-instance-metadata-options --http-put-response-hop-limit 2`.',
  },
  sso_login_needed: {
    meaning: 'Nobody is signed in at IAM Identity Center, or the sign-in has ended.',
    remedy: 'Sign in with the `aws sso login` command that the message gives.',
  },
  bad_token: {
    meaning: 'A file or variable that holds a token cannot be used.',
    remedy: 'Check the named file or variable; the token stands in it alone.',
  },
  unknown_profile: {
    meaning: 'The profile that was chosen stands in neither shared file.',
    remedy: 'Correct the name, or write the profile into one of the named files.',
  },
  bad_profile: {
    meaning: 'The settings of a profile do not go together, or one is missing or malformed.',
    remedy: 'Correct the named setting of the named profile.',
  },
  bad_profile_file: {
    meaning:
      'A shared configuration or credentials file cannot be read or has a line without meaning.',
    remedy: 'Correct the named line; each is `[section]`, `key = value` or a comment.',
  },
  unsupported: {
    meaning: 'The input asks for a feature that is not supported.',
    remedy: 'Use a supported form, as the message says.',
  },
  role_chaining: {
    meaning:
      'The credentials are those of a role session, and AWS gives a role that is taken with them (role chaining) at most one hour; nothing was sent.',
    remedy:
      'Ask for at most 3600 seconds, or take the role with the keys of an IAM user or by SAML or web identity.',
  },
  user_keys_needed: {
    meaning: 'AWS makes this call only for the long-term keys of an IAM user; nothing was sent.',
    remedy:
      'Use the keys of an IAM user; with temporary credentials, take a role with AssumeRole instead.',
  },
  signin_refused: {
    meaning: 'The AWS sign-in service did not accept the credentials for a console session.',
    remedy:
      'Use unexpired temporary credentials of a role; leave the session duration out for chained roles, else keep it below the maximum of the role.',
  },
  AccessDenied: {
    meaning: 'The trust policy of the role, or a policy of the caller, does not allow this call.',
    remedy:
      'Name the caller in the trust policy of the role, allow sts:AssumeRole (and sts:TagSession, sts:SetSourceIdentity) to the caller, and check that the role exists.',
  },
  ExpiredToken: {
    meaning: 'The session token of the caller has expired.',
    remedy: 'Get new credentials for the caller.',
  },
  ExpiredTokenException: {
    meaning: 'The SAML assertion or web identity token is too old.',
    remedy: 'Sign in again; AWS takes an assertion within five minutes of its issue.',
  },
  IDPCommunicationError: {
    meaning: 'AWS could not reach the identity provider.',
    remedy: 'Try again; check that the issuer address of the provider is public.',
  },
  IDPRejectedClaim: {
    meaning: 'The identity provider rejected the claim, or it has expired.',
    remedy: 'Sign in again at the identity provider.',
  },
  IncompleteSignature: {
    meaning: 'The signature of the request lacks a part or a part is malformed.',
    remedy: 'Sign the request with Signature Version 4, in the header or in the query, not both.',
  },
  InternalFailure: {
    meaning: 'AWS failed inside.',
    remedy: 'Try again later.',
  },
  InvalidAction: {
    meaning: 'The service knows no such operation in this version.',
    remedy: 'Check that the endpoint is the service that the request is meant for.',
  },
  InvalidClientTokenId: {
    meaning:
      'The access key is unknown, deleted or inactive, or its session token is not the right one.',
    remedy: 'Check the access key ID, the session token, and the partition they belong to.',
  },
  InvalidIdentityToken: {
    meaning: 'AWS could not accept the SAML assertion or web identity token.',
    remedy:
      'Check the certificate, issuer, audience and recipient against the identity provider that IAM holds.',
  },
  MalformedPolicyDocument: {
    meaning: 'The session policy is not a valid policy.',
    remedy: 'Correct the session policy.',
  },
  MissingAuthenticationToken: {
    meaning: 'The request carries no signature.',
    remedy: 'Sign the request.',
  },
  PackedPolicyTooLarge: {
    meaning:
      'The session policy and the session tags together are larger than AWS packs into a session.',
    remedy: 'Shorten the session policy, or pass fewer or shorter tags.',
  },
  RegionDisabledException: {
    meaning: 'STS is not active in this region for the account that owns the role.',
    remedy: 'Activate the region in that account, or use another region.',
  },
  RequestExpired: {
    meaning: 'The presigned request is past its time.',
    remedy: 'Make a new one, and check the clock.',
  },
  RequestTimeTooSkewed: {
    meaning: 'The time of the request and that of AWS are too far apart.',
    remedy: 'Set the clock of this machine, best with NTP.',
  },
  ServiceUnavailable: {
    meaning: 'AWS is not able to answer now.',
    remedy: 'Try again later.',
  },
  SignatureDoesNotMatch: {
    meaning:
      'The signature is not the one that AWS computes: wrong secret, scope, clock or changed request.',
    remedy: 'Check the secret access key, the region and service signed for, and the clock.',
  },
  Throttling: {
    meaning: 'Too many calls in a short time.',
    remedy: 'Call less often; the call was repeated before this was reported.',
  },
  ThrottlingException: {
    meaning: 'Too many calls in a short time.',
    remedy: 'Call less often; the call was repeated before this was reported.',
  },
  ValidationError: {
    meaning:
      'AWS found an argument outside its bounds, such as a duration above the maximum of the role.',
    remedy: 'Change what the message names; a chained role has at most one hour.',
  },
  XAmzContentSHA256Mismatch: {
    meaning: 'The body is not the one whose hash was signed.',
    remedy: 'Send the body that was signed.',
  },
} as const satisfies Record<string, ErrorEntry>

/** A code of the table {@link awsErrors}. */
export type AwsErrorCode = keyof typeof awsErrors

/** Who has to change something: the caller, the AWS service, or the network between them. */
export type AwsErrorFault = 'client' | 'server' | 'network'

/** The facts of an {@link AwsError} besides code and message. */
export interface AwsErrorDetails {
  /** HTTP status of the answer, when there was one. */
  readonly status?: number | undefined
  /** AWS's id of the request, to give to AWS support. */
  readonly requestId?: string | undefined
  /** Default: by the status; without one, `client`. */
  readonly fault?: AwsErrorFault
  /** What the service's Retry-After asks for, in milliseconds. */
  readonly retryAfterMs?: number | undefined
  readonly cause?: unknown
}

const retryableCodes: ReadonlySet<string> = new Set([
  'network',
  'BandwidthLimitExceeded',
  'EC2ThrottledException',
  'IDPCommunicationError',
  'PriorRequestNotComplete',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'RequestTimeout',
  'RequestTimeoutException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
])

/**
 * Any failure of this package. `code` is one of {@link awsErrors} or a code of AWS that the table does
 * not have. The message never holds a secret.
 */
export class AwsError extends Error {
  override readonly name = 'AwsError'
  readonly code: AwsErrorCode | (string & Record<never, never>)
  readonly status: number | undefined
  readonly requestId: string | undefined
  readonly fault: AwsErrorFault
  /** Whether the same call, signed anew, may succeed. */
  readonly retryable: boolean
  /** Milliseconds that the service wants to pass before the next attempt, when it said so. */
  readonly retryAfterMs: number | undefined

  constructor(code: AwsError['code'], message: string, details: AwsErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.status = details.status
    this.requestId = details.requestId
    this.retryAfterMs = details.retryAfterMs
    const isServerStatus = details.status !== undefined && details.status >= 500
    this.fault = details.fault ?? (isServerStatus ? 'server' : 'client')
    this.retryable = isServerStatus || details.status === 429 || retryableCodes.has(code)
  }

  /** What to do about it, when the code is known. */
  get remedy(): string | undefined {
    return isKnownCode(this.code) ? awsErrors[this.code].remedy : undefined
  }
}

function isKnownCode(code: string): code is AwsErrorCode {
  return Object.hasOwn(awsErrors, code)
}
