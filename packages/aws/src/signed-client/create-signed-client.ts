import type { Credentials } from '../credentials/credentials.ts'
import { defaultCredentialChain } from '../credentials/default-chain.ts'
import { AwsError } from '../errors.ts'
import { createHttpSend } from '../http/http-send.ts'
import { roleSessionName } from '../identifiers/role-session-name.ts'
import { signRequest } from '../sigv4/sign-request.ts'
import { createSigningClock } from '../sigv4/signing-clock.ts'
import { chooseRoles } from './choose-roles.ts'
import { createMasker } from './masker.ts'
import { assumeRoleInput, readAuthData } from './read-auth-data.ts'
import { readAuthentication } from './read-authentication.ts'
import { createRoleSessions } from './role-sessions.ts'
import { sendSigned } from './send-signed.ts'
import { serviceProxy } from './service-proxy.ts'
import { stsTarget } from './sts-target.ts'
import { type Target, targetOf } from './target.ts'
import type {
  AuthData,
  ClientRequest,
  RolePriority,
  SignedClient,
  SignedClientOptions,
} from './types.ts'

const idempotentMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])

/**
 * A client that signs requests to one service of AWS, or to one that authenticates as AWS does, with the
 * properties of an Itential adapter taken as they stand. Everything that it knows is its own: no two
 * clients share keys, sessions or settings. Role sessions are kept and renewed, so that a thousand calls
 * cost one AssumeRole. Throws {@link AwsError} at once for options that cannot work.
 */
export function createSignedClient(options: SignedClientOptions): SignedClient {
  const authentication = readAuthentication(options.authentication, options.sts)
  const { adapterRole, sts } = authentication
  const priority = readPriority(options.rolePriority)
  const limits = readLimits(options)
  const now = options.now ?? (() => new Date())
  const random = options.random ?? Math.random
  const { noProxy, ca, onClockCorrected } = options
  const clock = createSigningClock(now, onClockCorrected)
  const proxy = serviceProxy(options.proxy)
  const http = options.http ?? createHttpSend({ proxy, noProxy, ca })
  const stsProxy = sts.proxy || undefined
  const stsHttp = options.stsHttp ?? createHttpSend({ proxy: stsProxy, ca })
  const masker = createMasker(authentication.secrets, authentication.sensitive)
  const sessions = createRoleSessions({
    base:
      authentication.keys ??
      options.credentials ??
      defaultCredentialChain({ env: options.env ?? process.env, now }),
    sts: { ...stsTarget(sts, options.region), http: stsHttp, now, onClockCorrected },
    now,
    random,
    seen: ({ secretAccessKey, sessionToken }) => masker.learn([secretAccessKey, sessionToken]),
  })
  // Made once: a name with the time of each call would make each call a session of its own.
  const sessionName = roleSessionName(`${options.id ?? 'rolecall'}-${now().getTime()}`).value
  targetOf(options, { method: 'GET', path: '/' })

  const told = (line: string, facts: object) => {
    if (!authentication.logs || options.log === undefined) return
    const shown = JSON.stringify(masker.names.inValue(facts))
    options.log(masker.mask(`aws ${line} ${shown}`))
  }

  const sourceFor = (authData: AuthData | null | undefined) => {
    const roles = chooseRoles({ ...readAuthData(authData), adapterRole }, priority)
    const inputs = roles.map((role, at) => {
      // The external id is for the role of the other company, which is the last one.
      const externalId = at === roles.length - 1 ? sts.externalId : undefined
      return assumeRoleInput(role, { roleSessionName: sessionName, externalId }, at > 0)
    })
    return sessions.of(inputs)
  }

  const signTarget = async (target: Target, authData: AuthData | null | undefined) => {
    const source = sourceFor(authData)
    const credentials = await source.get()
    told('identity', { source: source.describe(), region: target.region, service: target.service })
    const headers = signedHeaders(target, credentials, clock.now())
    return { headers, credentials, clockOffsetMs: clock.offsetMs }
  }

  return Object.freeze({
    sign: async (request: ClientRequest) =>
      (await signTarget(targetOf(options, request), request.authData)).headers,
    request: async (request: ClientRequest) =>
      await sendSigned(targetOf(options, request), {
        ...limits,
        http,
        sign: target => signTarget(target, request.authData),
        renew: refused => sourceFor(request.authData).forget(refused),
        correctClock: clock.correct,
        idempotent: request.idempotent ?? idempotentMethods.has(request.method),
        random,
        told,
      }),
    credentialsFor: async (authData?: AuthData | null) => await sourceFor(authData).get(),
    mask: masker.mask,
  })
}

/** The headers to send, each in the spelling of the caller when the caller gave it. */
function signedHeaders(
  target: Target,
  credentials: Credentials,
  now: Date,
): Record<string, string> {
  const { method, url, headers, body, region, service } = target
  const signed = signRequest(
    { method, url, headers, ...(body === undefined ? {} : { body }) },
    { credentials, region, service, now },
  )
  const spelling = new Map(Object.keys(headers).map(name => [name.toLowerCase(), name]))
  return Object.fromEntries(
    Object.entries(signed).map(([name, value]) => [spelling.get(name) ?? name, value]),
  )
}

function readPriority(given: RolePriority = 'adapter'): RolePriority {
  if (given === 'adapter' || given === 'call') return given
  throw new AwsError('invalid_argument', 'rolePriority: expected "adapter" or "call"')
}

function readLimits({ request = {} }: SignedClientOptions) {
  return {
    retries: whole('number_retries', request.number_retries, 3, [0, 10]),
    timeoutMs: whole('attempt_timeout', request.attempt_timeout, 5000, [1000, 3_600_000]),
    redirects: whole('number_redirects', request.number_redirects, 0, [0, 10]),
  }
}

function whole(
  name: string,
  given: number | undefined,
  otherwise: number,
  [least, most]: readonly [number, number],
): number {
  const value = given ?? otherwise
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw new AwsError(
    'invalid_argument',
    `request.${name}: expected a whole number from ${least} to ${most}; received ${value}`,
  )
}
