import { AwsError } from '../errors.ts'

/** The longest session, in seconds, that AWS gives a caller who is a role session itself. */
export const chainedRoleMaxSeconds = 3600

/** Which limit a duration is above: the role's own maximum, or that of role chaining. */
export type DurationLimit = 'role-maximum' | 'role-chaining'

/**
 * Whether AssumeRole was refused for its duration, by AWS or beforehand, and by which limit. AWS has one
 * code for all, and one sentence for each limit.
 */
export function durationLimitOf(error: unknown): DurationLimit | undefined {
  if (!(error instanceof AwsError)) return undefined
  if (error.code === 'role_chaining') return 'role-chaining'
  if (error.code !== 'ValidationError') return undefined
  if (/role chaining/i.test(error.message)) return 'role-chaining'
  if (/MaxSessionDuration/i.test(error.message)) return 'role-maximum'
  return undefined
}

/**
 * Whether the ARN of a caller is that of a role session to which the limit of role chaining applies. Of
 * roles that EC2 gives its instances, which name their sessions by the instance, AWS says that they are
 * not subject to it (IAM User Guide, "Roles terms and concepts"): what looks like one is left to AWS.
 */
export function isChainedCaller(arn: string): boolean {
  const [, session] = /^arn:[a-z0-9-]+:sts::\d{12}:assumed-role\/[^/]+\/(.+)$/.exec(arn) ?? []
  return session !== undefined && !/^i-[0-9a-f]{8,17}$/.test(session)
}
