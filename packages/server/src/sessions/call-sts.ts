/** One role session from AWS, by the way that its account has. */
import { type AssumedRole, durationLimitOf, type StsClient } from '@rolecall/aws'
import { type DurationLimits, oneHour } from './duration-limits.ts'
import type { SessionShape } from './session-shape.ts'
import { stsFailure } from './sts-failure.ts'

/** What STS gave, and how long a session was asked for in the end. */
export interface StsSession {
  readonly assumed: AssumedRole
  readonly durationSeconds: number
  /** Taken with temporary credentials of somebody's. */
  readonly isChained: boolean
}

/** The ways to AWS. */
export interface Ways {
  /** STS with the gateway's own credentials. */
  readonly sts: () => StsClient
  /** STS with the credentials of a role that the gateway takes first. */
  readonly through: (roleArn: string) => StsClient
  /** Whether the gateway's own credentials are temporary. */
  readonly isTemporary: () => Promise<boolean>
  /** A fresh SAML response of our own identity provider, base64. */
  readonly assertion: (shape: SessionShape, providerArn: string) => Promise<string>
}

/**
 * Asks STS for the session; for one hour, once more, when the role or role chaining allows no longer.
 * Throws `gateway-credentials`, `aws-refused`, `session-refused`, `session-too-large` or
 * `aws-unreachable`, with the `AwsError` as cause.
 */
export async function callSts(
  shape: SessionShape,
  ways: Ways,
  limits: DurationLimits,
): Promise<StsSession> {
  const asked = shape.durationSeconds
  const isLimited = limits.reasonFor(shape.roleArn) !== undefined
  const first = isLimited ? Math.min(asked, oneHour) : asked
  // Outside: an AWS that is configured wrongly has refused nobody.
  const sts = shape.via.kind === 'role' ? ways.through(shape.via.roleArn) : ways.sts()
  try {
    try {
      return await call(sts, shape, first, ways)
    } catch (error) {
      const reason = durationLimitOf(error)
      if (reason === undefined || first <= oneHour) throw error
      limits.remember(shape.roleArn, reason)
      return await call(sts, shape, oneHour, ways)
    }
  } catch (error) {
    throw stsFailure(error)
  }
}

async function call(
  sts: StsClient,
  shape: SessionShape,
  durationSeconds: number,
  ways: Ways,
): Promise<StsSession> {
  const { via, roleArn, policy } = shape
  const policies = {
    ...(policy === undefined ? {} : { policy }),
    ...(shape.policyArns.length === 0 ? {} : { policyArns: shape.policyArns }),
  }
  if (via.kind === 'saml') {
    const samlAssertion = await ways.assertion(shape, via.providerArn)
    const { providerArn: principalArn } = via
    const input = { roleArn, principalArn, samlAssertion, durationSeconds, ...policies }
    const assumed = await sts.assumeRoleWithSaml(input)
    return { assumed, durationSeconds, isChained: false }
  }
  const assumed = await sts.assumeRole({
    roleArn,
    roleSessionName: shape.sessionName,
    durationSeconds,
    ...policies,
    ...(shape.sourceIdentity === undefined ? {} : { sourceIdentity: shape.sourceIdentity }),
    ...(shape.tags.length === 0
      ? {}
      : { tags: Object.fromEntries(shape.tags.map(({ key, value }) => [key, value])) }),
    ...(shape.transitiveTagKeys.length === 0 ? {} : { transitiveTagKeys: shape.transitiveTagKeys }),
  })
  const isChained = via.kind === 'role' || (await ways.isTemporary())
  return { assumed, durationSeconds, isChained }
}
