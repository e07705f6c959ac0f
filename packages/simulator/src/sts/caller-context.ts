import type { Incoming } from '../http/exchange.ts'
import type { ConditionContext } from '../policy/context.ts'
import type { Caller } from './caller.ts'
import { awsTime } from './sessions.ts'

const principalTypes: Readonly<Record<Caller['kind'], string>> = {
  user: 'User',
  role: 'AssumedRole',
  federated: 'FederatedUser',
}

/** The condition keys of a caller's requests, in lower case (IAM guide, "AWS global condition context keys"). */
export function callerContext(
  caller: Caller,
  request: Pick<Incoming, 'remoteAddress' | 'headers'>,
  region: string,
  now: Date,
): ConditionContext {
  const context = new Map<string, readonly string[]>()
  const one = (key: string, value: string | undefined) => {
    if (value !== undefined) context.set(key.toLowerCase(), [value])
  }
  one('aws:CurrentTime', awsTime(now))
  one('aws:EpochTime', String(Math.floor(now.getTime() / 1000)))
  one('aws:RequestedRegion', region)
  one('aws:SourceIp', request.remoteAddress)
  one('aws:UserAgent', request.headers['user-agent'])
  // AWS has no other transport; that the simulator listens in the clear is not what policies are about.
  one('aws:SecureTransport', 'true')
  one('aws:PrincipalArn', caller.principalArn)
  one('aws:PrincipalAccount', caller.account.id)
  one('aws:PrincipalType', principalTypes[caller.kind])
  one('aws:userid', caller.userId)
  one('aws:username', caller.userName)
  one('aws:SourceIdentity', caller.sourceIdentity)
  one('aws:TokenIssueTime', caller.issuedAt && awsTime(caller.issuedAt))
  // Long-term keys have no such keys at all.
  const { mfaAt } = caller
  one('aws:MultiFactorAuthPresent', caller.temporary ? String(mfaAt !== undefined) : undefined)
  const age = mfaAt && Math.floor((now.getTime() - mfaAt.getTime()) / 1000)
  one('aws:MultiFactorAuthAge', age === undefined ? undefined : String(age))
  for (const [key, value] of Object.entries(caller.federation)) one(key, value)
  for (const [key, value] of caller.tags) one(`aws:PrincipalTag/${key}`, value)
  return context
}
