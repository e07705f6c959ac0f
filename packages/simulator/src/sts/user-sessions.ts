import { constraints } from '../query/constraints.ts'
import { accessDenied } from '../query/fault.ts'
import type { LoadedUser } from '../world/loaded.ts'
import { type Caller, userCaller } from './caller.ts'
import type { Operation } from './operation.ts'
import {
  credentialsXml,
  packedPolicySize,
  parseSessionPolicies,
  readSessionPolicies,
  readTags,
  uniqueTags,
} from './session-parameters.ts'

const twelveHours = 43_200

/** `GetSessionToken`: temporary credentials of the same IAM user. A second factor is not simulated and refused. */
export const getSessionToken: Operation = {
  signed: true,
  run(state, parameters, caller) {
    const check = constraints()
    const seconds = parameters.integer('DurationSeconds')
    check.number('durationSeconds', seconds, 900, 129_600)
    check.check()
    const user = userOf(state.world.users, caller, 'GetSessionToken')
    if (parameters.text('SerialNumber') ?? parameters.text('TokenCode')) {
      throw accessDenied('MultiFactorAuthentication failed with invalid MFA one time pass code. ')
    }
    const session = state.sessions.open(
      userCaller(user, { issuedAt: state.now(), mfaAt: undefined }),
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
    const tags = uniqueTags(pairs)
    const sessionPolicies = parseSessionPolicies(policies) ?? []
    const packed = packedPolicySize(policies, tags)
    const { account } = user
    const arn = `arn:${account.partition}:sts::${account.id}:federated-user/${name}`
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
