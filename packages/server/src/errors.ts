/**
 * Every refusal and failure that the gateway answers with. `meaning` and `remedy` are shown to the
 * person who asked, so they never say more than that person may know; what failed inside stands in
 * the audit event and the log.
 */
export const serverErrors = {
  'bad-request': {
    status: 400,
    meaning: 'The request is not one that this address understands.',
    remedy: 'Check the address, the method and the body against /api/v1/openapi.json.',
  },
  'bad-principal': {
    status: 400,
    meaning: 'A program named a principal whose name, or source, cannot be that of anybody.',
    remedy:
      'Give a username of 1 to 256 visible characters, and the id of a source, which has no colon.',
  },
  'two-identities': {
    status: 400,
    meaning: 'The request says in more than one way who sends it.',
    remedy:
      'Send either the session’s cookie or `Authorization: Bearer`, and the latter past no proxy that signs people in.',
  },
  'bad-return-path': {
    status: 400,
    meaning: 'The address to return to after the sign-in is not a path of this gateway.',
    remedy: 'Use a path that starts with exactly one slash, or leave `next` out.',
  },
  'bad-destination': {
    status: 400,
    meaning: 'The destination is not a page of the AWS console of this partition.',
    remedy: 'Use an https address on a console host of the account’s partition.',
  },
  'not-signed-in': {
    status: 401,
    meaning: 'Nobody is signed in here, or the sign-in has ended.',
    remedy: 'Sign in and try again.',
  },
  'password-refused': {
    status: 401,
    meaning: 'The username or the password is wrong.',
    remedy: 'Try again, or ask an administrator to set a new password.',
  },
  'proxy-silent': {
    status: 401,
    meaning: 'The sign-in proxy in front of the gateway did not say who you are.',
    remedy:
      'Open the gateway at its public address; if that does not help, an administrator checks the headers that the proxy sends.',
  },
  'cross-site-request': {
    status: 403,
    meaning: 'The request did not come from a page of this gateway.',
    remedy:
      'Open the gateway’s own page; programs send `Origin` with the public address and `Content-Type: application/json`.',
  },
  'not-a-navigation': {
    status: 403,
    meaning: 'This address opens only in a browser tab of its own.',
    remedy: 'Follow the link itself; do not embed or fetch it.',
  },
  'signin-refused': {
    status: 403,
    meaning: 'Sign-in was refused.',
    remedy: 'Try again; if it fails again, give the event number to an administrator.',
  },
  'signout-refused': {
    status: 403,
    meaning: 'A sign-out message of the identity provider was refused.',
    remedy:
      'Sign out here and at the identity provider yourself, and give the event number to an administrator.',
  },
  'access-refused': {
    status: 403,
    meaning: 'You may not take this role.',
    remedy: 'Ask an administrator for a grant, and give the event number.',
  },
  'form-refused': {
    status: 403,
    meaning: 'You may take this role, but not in this form.',
    remedy:
      'Use the other form, the console or the keys; an administrator finds `deliver` at the grant that the event names.',
  },
  'session-needed': {
    status: 403,
    meaning:
      'A proxy says with each request who you are, and a command line needs a sign-in that lasts.',
    remedy:
      'Sign in here in another way; an administrator adds one beside the proxy (`signIn.saml`, `signIn.ldap`, local users).',
  },
  'not-found': {
    status: 404,
    meaning: 'There is nothing at this address.',
    remedy: 'Check the address, or start at the roles page.',
  },
  'unknown-target': {
    status: 404,
    meaning: 'There is no target of this name.',
    remedy: 'Check the last part of the address, or start at the roles page.',
  },
  'unknown-user-code': {
    status: 404,
    meaning: 'No command line waits with this code.',
    remedy:
      'Check the code in the terminal; after ten minutes run `rolecall login --device` again.',
  },
  'unknown-command-line': {
    status: 404,
    meaning: 'You have no such command line signed in.',
    remedy: 'Read the list again.',
  },
  'command-signin-ended': {
    status: 404,
    meaning: 'This sign-in of a command has ended, or began in another browser.',
    remedy: 'Run `rolecall login` again.',
  },
  'unknown-email-domain': {
    status: 404,
    meaning: 'No sign-in is set up for e-mail addresses of this domain.',
    remedy: 'Check the address, or choose another way to sign in.',
  },
  'unknown-provider': {
    status: 404,
    meaning: 'There is no identity provider of this name.',
    remedy: 'Start at the sign-in page.',
  },
  'body-too-large': {
    status: 413,
    meaning: 'The request body is larger than this address takes.',
    remedy: 'Send less.',
  },
  'unsupported-media-type': {
    status: 415,
    meaning: 'The request body is not of a type that this address takes.',
    remedy: 'Send JSON with `Content-Type: application/json`.',
  },
  'not-a-machine': {
    status: 403,
    meaning: 'This address answers programs of a machine, by their own connection.',
    remedy:
      'No web page and no proxy may ask for a machine. Ask by the host name of `publicUrl`; an administrator adds others to `hosts` of the mount, and proxies to `listen.trustedProxies`.',
  },
  'password-in-clear': {
    status: 403,
    meaning: 'A password came over plain HTTP.',
    remedy:
      'Use the https address, and change the password. A proxy that ends TLS must stand in `listen.trustedProxies` and send X-Forwarded-Proto.',
  },
  'keys-in-clear': {
    status: 403,
    meaning: 'Keys of machines are given over TLS only.',
    remedy:
      'Use the https address. A proxy that ends TLS must stand in `listen.trustedProxies` and send X-Forwarded-Proto; `plainHttp` of the mount allows it all the same.',
  },
  'not-one-role': {
    status: 404,
    meaning: 'This address is for those who may take exactly one role.',
    remedy: 'Ask for the role by account and name, or an administrator changes the grants.',
  },
  'unknown-path': {
    status: 404,
    meaning: 'AFP’s API has nothing at this address.',
    remedy: 'Check the address; docs/federation-api.md lists what there is.',
  },
  'method-not-allowed': {
    status: 405,
    meaning: 'AFP’s API only answers GET and HEAD.',
    remedy: 'Send a GET.',
  },
  'too-many-requests': {
    status: 429,
    meaning: 'Too many requests in a short time.',
    remedy: 'Wait for the time that Retry-After names, then try again.',
  },
  internal: {
    status: 500,
    meaning: 'The gateway failed to answer this request.',
    remedy: 'Try again; if it fails again, an administrator finds the cause in the gateway’s log.',
  },
  'gateway-credentials': {
    status: 502,
    meaning: 'The gateway has no AWS credentials that work.',
    remedy:
      'An administrator finds the cause under the event number, and sets or renews what `aws.credentials` names, or what the account’s identity provider in IAM knows of the gateway.',
  },
  'aws-refused': {
    status: 502,
    meaning: 'AWS refused to give this role.',
    remedy:
      'An administrator finds AWS’s answer under the event number; most often the role’s trust policy does not name the gateway.',
  },
  'session-refused': {
    status: 502,
    meaning: 'The session that the grant describes is none that AWS gives.',
    remedy:
      'An administrator finds what is wrong under the event number, and corrects `policy`, `policyArns`, `tags` or `sourceIdentity` of the grant.',
  },
  'session-too-large': {
    status: 502,
    meaning: 'The session policy and the session tags together are larger than AWS takes.',
    remedy:
      'An administrator shortens `policy` or `tags` of the grant that the event names, or moves statements to `policyArns`.',
  },
  'aws-unreachable': {
    status: 502,
    meaning: 'AWS did not answer as it should.',
    remedy: 'Try again in a minute.',
  },
  'console-refused': {
    status: 502,
    meaning: 'The AWS sign-in service did not open a console session.',
    remedy: 'Try again; an administrator finds its answer under the event number.',
  },
  'outgoing-refused': {
    status: 502,
    meaning: 'The gateway does not connect to that address.',
    remedy:
      'Use https and a public name, or an address of your network that stands in the configuration file itself; addresses of metadata services are never called.',
  },
  'directory-unavailable': {
    status: 503,
    meaning: 'The directory that keeps the people did not answer as it should.',
    remedy:
      'Try again in a minute; an administrator finds the cause under the event number or in the gateway’s log.',
  },
  'provider-unavailable': {
    status: 503,
    meaning:
      'The identity provider’s metadata cannot be used, so sign-in with it is not possible now.',
    remedy: 'Try again in a minute; an administrator finds the cause in the gateway’s log.',
  },
  'audit-unavailable': {
    status: 503,
    meaning: 'The gateway cannot write its audit log, so it gives nothing away.',
    remedy: 'Try again in a minute; an administrator checks the disk of the store.',
  },
  'store-unavailable': {
    status: 503,
    meaning: 'The gateway’s database does not answer.',
    remedy: 'An administrator checks the file of the store and its disk.',
  },
  'signing-bad-request': {
    status: 400,
    meaning: 'The signing gateway cannot read this request in exactly one way.',
    remedy: 'Send it as RFC 9112 says: one Host, one length, a path that begins with a slash.',
  },
  'signing-ambiguous-path': {
    status: 400,
    meaning: 'The path could be read in more than one way.',
    remedy: 'Send it without `.` and `..` segments, double slashes and broken percent-encoding.',
  },
  'signing-unknown-caller': {
    status: 403,
    meaning: 'The signing gateway does not know who is asking.',
    remedy:
      'Send `Authorization: Bearer TOKEN`, or sign with the key pair that the gateway gave you (`rolecall gateway keys NAME` makes both).',
  },
  'signing-browser-request': {
    status: 403,
    meaning: 'The request comes from a web page, or is meant for another host.',
    remedy: 'Use a program with a token or key pair, and the address that the gateway printed.',
  },
  'signing-no-route': {
    status: 404,
    meaning: 'Nothing tells which AWS service and region the request is for.',
    remedy:
      'Begin the path with the host, as in `/sts.eu-central-1.amazonaws.com/`, sign the request for service and region, or add a route.',
  },
  'signing-not-allowed': {
    status: 403,
    meaning: 'The caller may not do this through the signing gateway.',
    remedy: 'Add a rule to `allow` of the caller, if it should.',
  },
  'signing-length-required': {
    status: 411,
    meaning:
      'The service needs to know the length of the body, and the body is too large to count it.',
    remedy: 'Send Content-Length.',
  },
  'signing-body-too-large': {
    status: 413,
    meaning: 'The body has to be read whole before it can be signed, and is too large for that.',
    remedy:
      'Send its SHA-256 in `x-amz-content-sha256`: then it is passed on as it comes. Or raise `signingGateway.maxBufferedBody`.',
  },
  'signing-unsupported': {
    status: 501,
    meaning: 'The signing gateway does not pass on requests of this form.',
    remedy: 'Send the request directly, or in a form that the message names.',
  },
  'signing-credentials': {
    status: 502,
    meaning: 'The signing gateway has no AWS credentials for this request.',
    remedy: 'Set or renew what `aws.credentials` names, and check the trust policy of the role.',
  },
  'signing-unreachable': {
    status: 502,
    meaning: 'AWS could not be reached, or broke the connection off.',
    remedy: 'Check the region, the network and the proxy, and try again.',
  },
  'signing-busy': {
    status: 503,
    meaning: 'The signing gateway holds as many bodies as it may.',
    remedy: 'Try again in a moment.',
  },
  'signing-timeout': {
    status: 504,
    meaning: 'The other side did not go on in time.',
    remedy: 'Try again; check the network path.',
  },
  'config-refused': {
    status: 500,
    meaning: 'The configuration has problems, so the gateway does not start.',
    remedy: 'Correct each problem printed; `rolecall config check FILE` prints them again.',
  },
  'portal-missing': {
    status: 500,
    meaning: 'The web page is not there, so the gateway does not start.',
    remedy: 'In a clone, `npm start` builds it; a release has it beside the program.',
  },
  'listen-failed': {
    status: 500,
    meaning: 'The gateway cannot listen on the configured address.',
    remedy: 'Choose another `listen.host` or `listen.port`, or stop the program that holds it.',
  },
} as const satisfies Record<string, { status: number; meaning: string; remedy: string }>

/** One of the codes of `serverErrors`. */
export type ServerErrorCode = keyof typeof serverErrors

/** What a `ServerError` carries besides its code; none of it is secret. */
export interface ServerErrorDetails {
  /** The audit event that says why; shown to the person. */
  readonly eventId?: string
  /** For the log only: which check, what was expected, what came. */
  readonly detail?: string
  /** For `too-many-requests`: seconds to wait. */
  readonly retryAfterSeconds?: number
  readonly cause?: unknown
  /** Default: the one of the code. */
  readonly status?: number
}

/** A refusal or failure with its code, HTTP status and the words for the person who asked. */
export class ServerError extends Error {
  readonly code: ServerErrorCode
  readonly status: number
  readonly remedy: string
  readonly eventId: string | undefined
  readonly detail: string | undefined
  readonly retryAfterSeconds: number | undefined

  constructor(code: ServerErrorCode, details: ServerErrorDetails = {}) {
    super(serverErrors[code].meaning, { cause: details.cause })
    this.name = 'ServerError'
    this.code = code
    this.status = details.status ?? serverErrors[code].status
    this.remedy = serverErrors[code].remedy
    this.eventId = details.eventId
    this.detail = details.detail
    this.retryAfterSeconds = details.retryAfterSeconds
  }

  /** The same error with some of its details replaced. */
  with(details: ServerErrorDetails): ServerError {
    const { status, cause, eventId, detail, retryAfterSeconds } = this
    return new ServerError(this.code, {
      status,
      cause,
      ...(eventId === undefined ? {} : { eventId }),
      ...(detail === undefined ? {} : { detail }),
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
      ...details,
    })
  }
}

/** What failed, for a log: the message, and the detail where there is one. Not for who asked. */
export function reasonOf(error: unknown): string {
  if (error instanceof ServerError) return `${error.message} ${error.detail ?? ''}`.trimEnd()
  return error instanceof Error ? error.message : String(error)
}
