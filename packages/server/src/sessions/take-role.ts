/** Be it: from an offer to the temporary credentials of the role. */
import {
  AwsError,
  type AwsErrorCode,
  durationLimitOf,
  roleSessionName,
  type StsClient,
} from '@rolecall/aws'
import type { Config } from '../config/config.ts'
import { ServerError } from '../errors.ts'
import type { Principal, RoleOffer, RoleSession } from '../nouns.ts'
import { createDurationLimits, limitNote, oneHour } from './duration-limits.ts'
import { ownCredentialsFailure } from './own-credentials.ts'

/** The step that turns an offer into a session. */
export interface RoleTaker {
  /**
   * Calls AssumeRole for this principal. Nothing is cached: a session belongs to one principal and
   * one request. Throws `gateway-credentials`, `aws-refused` or `aws-unreachable`, with the
   * `AwsError` as cause.
   */
  takeRole(principal: Principal, offer: RoleOffer): Promise<RoleSession>
  /** What to tell about this offer beforehand: that its sessions come out shorter. */
  noteFor(offer: RoleOffer): string | undefined
}

/** The step over the AWS part of the configuration. */
export function createRoleTaker(options: {
  readonly config: () => Config
  readonly now: () => Date
  readonly sts: () => StsClient
}): RoleTaker {
  const limits = createDurationLimits(options.now)

  function noteFor(offer: RoleOffer): string | undefined {
    const reason = limits.reasonFor(offer.roleArn)
    if (reason === undefined || offer.durationSeconds <= oneHour) return undefined
    return limitNote(reason, offer.durationSeconds)
  }

  async function takeRole(principal: Principal, offer: RoleOffer): Promise<RoleSession> {
    const { aws } = options.config()
    const sts = options.sts()
    const name = roleSessionName(principal.username)
    const assume = (durationSeconds: number) =>
      sts.assumeRole({
        roleArn: offer.roleArn,
        roleSessionName: name.value,
        durationSeconds,
        ...(aws.sourceIdentity ? { sourceIdentity: name.value } : {}),
      })

    let durationSeconds =
      noteFor(offer) === undefined
        ? offer.durationSeconds
        : Math.min(offer.durationSeconds, oneHour)
    const assumed = await assume(durationSeconds).catch(async (error: unknown) => {
      const reason = durationLimitOf(error)
      if (reason === undefined || durationSeconds <= oneHour) throw stsFailure(error)
      limits.remember(offer.roleArn, reason)
      durationSeconds = oneHour
      return assume(oneHour).catch((again: unknown) => {
        throw stsFailure(again)
      })
    })

    const notes = [...offer.notes, noteFor(offer), name.changed ? name.explanation : undefined]
    return Object.freeze({
      offer,
      assumedRoleArn: assumed.assumedRoleUser.arn,
      sessionName: name.value,
      sourceIdentity: aws.sourceIdentity ? name.value : undefined,
      credentials: assumed.credentials,
      expiration: assumed.credentials.expiration,
      durationSeconds,
      notes: notes.filter(note => note !== undefined),
      requestId: assumed.requestId,
    })
  }

  return Object.freeze({ takeRole, noteFor })
}

/** AWS does not know the gateway's own credentials any more, whatever the role. */
const credentialCodes: ReadonlySet<string> = new Set<AwsErrorCode>([
  'InvalidClientTokenId',
  'ExpiredToken',
  'SignatureDoesNotMatch',
])

function stsFailure(error: unknown): unknown {
  if (!(error instanceof AwsError)) return error
  if (credentialCodes.has(error.code)) return ownCredentialsFailure(error)
  const code = error.fault === 'client' ? 'aws-refused' : 'aws-unreachable'
  return new ServerError(code, { detail: `${error.code}: ${error.message}`, cause: error })
}
