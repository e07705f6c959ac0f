import { AwsError, partitionOf, type VerifyOptions, verifySignedRequest } from '@rolecall/aws'
import type { AwsState } from '../aws-state.ts'
import type { Incoming } from '../http/exchange.ts'
import type { ConditionContext } from '../policy/context.ts'
import { Fault } from '../query/fault.ts'
import { type Caller, userCaller } from './caller.ts'
import { callerContext } from './caller-context.ts'

/** The caller of one verified request. */
export interface RequestCaller extends Caller {
  /** The region that the request is signed for. */
  readonly region: string
  /** The condition keys that every request of this caller has now, whatever it asks for; in lower case. */
  readonly context: ConditionContext
}

/**
 * Verifies a request's signature for a service and says whose it is. `rules` are the service's own about paths and
 * bodies. Throws `AwsError` with the wire code, or `Fault`.
 */
export function callerOf(
  state: AwsState,
  request: Incoming,
  service: string,
  rules: Omit<VerifyOptions, 'now' | 'service' | 'regions' | 'findCredentials'> = {},
): RequestCaller {
  const verified = verifySignedRequest(
    {
      method: request.method,
      path: request.target,
      headers: request.headersDistinct,
      body: request.body,
    },
    { ...rules, ...verification(state, service) },
  )
  return requestCaller(state, request, verified)
}

/** What a signature for a service is verified against: for who verifies a request piece by piece. */
export function verification(
  { world, sessions, now }: AwsState,
  service: string,
): Pick<VerifyOptions, 'now' | 'service' | 'regions' | 'findCredentials'> {
  return {
    now: now(),
    service,
    regions: region => partitionOfRegion(region) !== undefined,
    findCredentials: accessKeyId => {
      const session = sessions.find(accessKeyId)
      if (session !== undefined) return session
      const key = world.accessKeys.get(accessKeyId)
      return key === undefined ? undefined : { secretAccessKey: key.secretAccessKey }
    },
  }
}

/** The caller whose keys made a verified signature. Throws `Fault` InvalidClientTokenId. */
export function requestCaller(
  { world, sessions, now, noteCaller }: AwsState,
  request: Pick<Incoming, 'remoteAddress' | 'headers'>,
  verified: { readonly accessKeyId: string; readonly region: string },
): RequestCaller {
  const { accessKeyId, region } = verified
  const user = world.accessKeys.get(accessKeyId)?.user
  const caller = sessions.find(accessKeyId)?.caller ?? (user && userCaller(user))
  // Each partition of AWS knows the keys of its own accounts only.
  if (caller === undefined || caller.account.partition !== partitionOfRegion(region)) {
    throw invalidToken()
  }
  noteCaller?.(caller.arn)
  if (caller.roleSession !== undefined) sessions.noteUse(caller.roleSession.role.arn, region)
  return { ...caller, region, context: callerContext(caller, request, region, now()) }
}

/** 403 InvalidClientTokenId: keys that AWS, or the service asked, does not take. */
export const invalidToken = (): Fault =>
  new Fault(403, 'InvalidClientTokenId', 'The security token included in the request is invalid.')

function partitionOfRegion(region: string): string | undefined {
  try {
    const { id, regionRegex } = partitionOf(region)
    return regionRegex.test(region) ? id : undefined
  } catch (error) {
    if (error instanceof AwsError) return undefined
    throw error
  }
}
