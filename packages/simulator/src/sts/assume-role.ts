import { authorize } from '../policy/authorize.ts'
import { constraints } from '../query/constraints.ts'
import { accessDenied, validationError } from '../query/fault.ts'
import type { Parameters } from '../query/parameters.ts'
import type { LoadedRole } from '../world/loaded.ts'
import { type Caller, mergeTags, roleCaller } from './caller.ts'
import type { RequestCaller } from './caller-of.ts'
import { sessionSeconds } from './duration.ts'
import type { Operation, StsState } from './operation.ts'
import { type AssumeContext, conditionContext } from './request-context.ts'
import { readSecondFactor, secondFactorTime } from './second-factor.ts'
import {
  credentialsXml,
  namePattern,
  packedPolicySize,
  parseSessionPolicies,
  readSessionPolicies,
  readTags,
  readTransitiveTagKeys,
  uniqueTags,
} from './session-parameters.ts'

/** `AssumeRole`, STS API reference. Provided contexts are not simulated: asking for them is refused. */
export const assumeRole: Operation = {
  signed: true,
  run(state, parameters, caller) {
    const request = readRequest(parameters)
    if (request.sourceIdentity?.startsWith('aws:')) {
      throw validationError('SourceIdentity has the reserved prefix aws:')
    }
    const tags = uniqueTags(request.tagPairs)
    const sessionPolicies = parseSessionPolicies(request.policies, state.world.policies)
    const inherited = inheritedTags(caller)
    checkTransitive(request.transitiveTagKeys, tags, inherited)
    if (
      caller.sourceIdentity !== undefined &&
      request.sourceIdentity !== undefined &&
      caller.sourceIdentity !== request.sourceIdentity
    ) {
      throw validationError('The source identity is already set for this assume role session')
    }
    const sourceIdentity = request.sourceIdentity ?? caller.sourceIdentity
    const mfaAt = secondFactorTime(state, caller, request.secondFactor)
    const role = authorized(state, caller, request, { tags, inherited, sourceIdentity, mfaAt })
    const chained = caller.kind === 'role'
    const seconds = sessionSeconds(request.durationSeconds, role, chained)
    const packed = packedPolicySize(request.policies, mergeTags(inherited, tags))
    const assumed = roleCaller(
      { role, sessionName: request.roleSessionName, chained },
      {
        sessionPolicies,
        sourceIdentity,
        sessionTags: mergeTags(inherited, tags),
        transitiveTagKeys: [...inherited.keys(), ...request.transitiveTagKeys],
        issuedAt: state.now(),
      },
    )
    const session = state.sessions.open(assumed, seconds)
    return {
      AssumedRoleUser: { AssumedRoleId: assumed.userId, Arn: assumed.arn },
      Credentials: credentialsXml(session),
      SourceIdentity: sourceIdentity,
      PackedPolicySize: packed,
    }
  },
}

type AssumeRoleRequest = ReturnType<typeof readRequest>

function readRequest(parameters: Parameters) {
  const check = constraints()
  const optional = (
    member: string,
    name: string,
    bounds: { min: number; max: number; pattern: RegExp },
  ) => {
    const value = parameters.text(name)
    check.text(member, value, bounds)
    return value
  }
  const durationSeconds = parameters.integer('DurationSeconds')
  check.number('durationSeconds', durationSeconds, 900, 43_200)
  const request = {
    roleArn: check.text('roleArn', parameters.text('RoleArn'), {
      min: 20,
      max: 2048,
      required: true,
    }),
    roleSessionName: check.text('roleSessionName', parameters.text('RoleSessionName'), {
      min: 2,
      max: 64,
      pattern: namePattern,
      required: true,
    }),
    durationSeconds,
    policies: readSessionPolicies(parameters, check, {}),
    tagPairs: readTags(parameters, check),
    transitiveTagKeys: readTransitiveTagKeys(parameters, check),
    externalId: optional('externalId', 'ExternalId', {
      min: 2,
      max: 1224,
      pattern: /[\w+=,.@:/-]*/,
    }),
    // The document and the model say 64; live STS takes up to 256, which no caller should count on.
    sourceIdentity: optional('sourceIdentity', 'SourceIdentity', {
      min: 2,
      max: 64,
      pattern: namePattern,
    }),
    secondFactor: readSecondFactor(parameters, check),
  }
  check.check()
  if (parameters.list('ProvidedContexts').length > 0) {
    throw validationError('ProvidedContexts is not available in the simulator')
  }
  if (!/^arn:[\w-]+:iam::[0-9]{12}:role\/.+$/s.test(request.roleArn)) {
    throw validationError(`${request.roleArn} is invalid`)
  }
  return request
}

/** The transitive tags of the calling session, which go down the chain. */
function inheritedTags(caller: Caller): Map<string, string> {
  const transitive = new Set(caller.transitiveTagKeys.map(key => key.toLowerCase()))
  return new Map([...caller.sessionTags].filter(([key]) => transitive.has(key.toLowerCase())))
}

function checkTransitive(
  transitiveTagKeys: readonly string[],
  tags: ReadonlyMap<string, string>,
  inherited: ReadonlyMap<string, string>,
): void {
  const passed = new Set([...tags.keys()].map(key => key.toLowerCase()))
  if (transitiveTagKeys.some(key => !passed.has(key.toLowerCase()))) {
    throw validationError(
      'The specified transitive tag key must be included in the requested tags.',
    )
  }
  if ([...inherited.keys()].some(key => passed.has(key.toLowerCase()))) {
    throw validationError(
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
    )
  }
}

/** The role, when every action that the request amounts to is allowed; AccessDenied naming the first that is not. */
function authorized(
  state: StsState,
  caller: RequestCaller,
  request: AssumeRoleRequest,
  session: {
    readonly tags: ReadonlyMap<string, string>
    readonly inherited: ReadonlyMap<string, string>
    readonly sourceIdentity: string | undefined
    readonly mfaAt: Date | undefined
  },
): LoadedRole {
  const { roleArn } = request
  const { sourceIdentity, mfaAt } = session
  // A second factor that comes with the request itself was given just now.
  const extra = mfaAt && { 'aws:MultiFactorAuthPresent': 'true', 'aws:MultiFactorAuthAge': '0' }
  const role = state.world.roles.get(roleArn)
  const actions = ['sts:AssumeRole']
  // Inherited transitive tags are tags of the new session too.
  if (session.tags.size + session.inherited.size > 0) actions.push('sts:TagSession')
  if (sourceIdentity !== undefined) actions.push('sts:SetSourceIdentity')
  for (const action of actions) {
    if (
      role !== undefined &&
      allows(role, caller, action, { ...request, role, extra, tags: session.tags, sourceIdentity })
    ) {
      continue
    }
    throw accessDenied(
      `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${roleArn}`,
    )
  }
  if (role === undefined) throw accessDenied(`User: ${caller.arn} is not authorized`)
  return role
}

function allows(
  role: LoadedRole,
  caller: RequestCaller,
  action: string,
  request: AssumeContext,
): boolean {
  const resource = {
    arn: role.arn,
    accountId: role.account.id,
    policy: role.trust,
    required: true,
  }
  return authorize(caller, action, resource, conditionContext(request)).allowed
}
