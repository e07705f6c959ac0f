import { demand } from '../policy/authorize.ts'
import { constraints } from '../query/constraints.ts'
import { accessDenied } from '../query/fault.ts'
import type { LoadedUser } from '../world/loaded.ts'
import { type Caller, userCaller } from './caller.ts'
import type { Operation } from './operation.ts'
import { readSecondFactor, secondFactorTime } from './second-factor.ts'
import {
  credentialsXml,
  packedPolicySize,
  parseSessionPolicies,
  readSessionPolicies,
  readTags,
  uniqueTags,
} from './session-parameters.ts'

const twelveHours = 43_200

/** `GetSessionToken`: temporary credentials of the same IAM user, with or without a second factor. */
export const getSessionToken: Operation = {
  signed: true,
  run(state, parameters, caller) {
    const check = constraints()
    const seconds = parameters.integer('DurationSeconds')
    check.number('durationSeconds', seconds, 900, 129_600)
    const secondFactor = readSecondFactor(parameters, check)
    check.check()
    const user = userOf(state.world.users, caller, 'GetSessionToken')
    const mfaAt = secondFactorTime(state, caller, secondFactor)
    const session = state.sessions.open(
      userCaller(user, { issuedAt: state.now(), mfaAt }),
      seconds ?? twelveHours,
    )
    return { Credentials: credentialsXml(session) }
  },
}

/** `GetFederationToken`: credentials of a federated user, who may call GetCallerIdentity and open the console. */
export const getFederationToken: Operation = {
  signed: true,
  run(state, parameters, caller) {
    const check = constraints()
    const name = check.text('name', parameters.text('Name'), {
      min: 2,
      max: 32,
      pattern: /[\w+=,.@-]*/,
      required: true,
    })
    const seconds = parameters.integer('DurationSeconds')
    check.number('durationSeconds', seconds, 900, 129_600)
    const policies = readSessionPolicies(parameters, check)
    const pairs = readTags(parameters, check)
    check.check()
    const user = userOf(state.world.users, caller, 'GetFederationToken')
    const { account } = user
    const arn = `arn:${account.partition}:sts::${account.id}:federated-user/${name}`
    const tags = uniqueTags(pairs)
    const context = new Map([
      ...[...tags].map(([key, value]) => [`aws:requesttag/${key.toLowerCase()}`, [value]] as const),
      ...(tags.size > 0 ? [['aws:tagkeys', [...tags.keys()]] as const] : []),
    ])
    demand(caller, 'sts:GetFederationToken', arn, context)
    if (tags.size > 0) demand(caller, 'sts:TagSession', arn, context)
    const sessionPolicies = parseSessionPolicies(policies, state.world.policies) ?? []
    const packed = packedPolicySize(policies, tags)
    const federated: Caller = {
      ...userCaller(user, { issuedAt: state.now(), mfaAt: undefined }),
      kind: 'federated',
      arn,
      principalArn: arn,
      userId: `${account.id}:${name}`,
      userName: undefined,
      sessionPolicies,
      tags,
      sessionTags: tags,
    }
    const session = state.sessions.open(federated, seconds ?? twelveHours)
    return {
      Credentials: credentialsXml(session),
      FederatedUser: { FederatedUserId: federated.userId, Arn: arn },
      PackedPolicySize: packed,
    }
  },
}

function userOf(
  users: ReadonlyMap<string, LoadedUser>,
  caller: Caller,
  operation: string,
): LoadedUser {
  const user = caller.temporary ? undefined : users.get(caller.arn)
  if (user === undefined) throw accessDenied(`Cannot call ${operation} with session credentials`)
  return user
}
