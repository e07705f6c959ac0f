/** Be it: from an offer to the temporary credentials of the role. */
import {
  AwsError,
  type AwsErrorCode,
  type CredentialSource,
  type HttpSend,
  roleSessionName,
  StsClient,
} from '@rolecall/aws'
import type { Config } from '../config/config.ts'
import { ServerError } from '../errors.ts'
import type { Principal, RoleOffer, RoleSession } from '../nouns.ts'
import { createDurationLimits, limitNote, limitReasonOf, oneHour } from './duration-limits.ts'

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
  readonly http: HttpSend
}): RoleTaker {
  const limits = createDurationLimits(options.now)

  function noteFor(offer: RoleOffer): string | undefined {
    const reason = limits.reasonFor(offer.roleArn)
    if (reason === undefined || offer.durationSeconds <= oneHour) return undefined
    return limitNote(reason, offer.durationSeconds)
  }

  async function takeRole(principal: Principal, offer: RoleOffer): Promise<RoleSession> {
    const { aws } = options.config()
    const sts = new StsClient({
      region: aws.region,
      credentials: ownCredentials(aws.credentials),
      http: options.http,
      now: options.now,
      timeoutMs: aws.timeoutMs,
      ...(aws.endpoints.sts === undefined ? {} : { endpoint: aws.endpoints.sts }),
    })
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
      const reason =
        error instanceof AwsError ? limitReasonOf(error.code, error.message) : undefined
      if (reason === undefined || durationSeconds <= oneHour) throw stsFailure(error)
      limits.remember(offer.roleArn, reason)
      durationSeconds = oneHour
      return assume(oneHour).catch((again: unknown) => {
        throw stsFailure(again)
      })
    })

    const notes = [noteFor(offer), name.changed ? name.explanation : undefined]
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

/**
 * The gateway's own credentials. What fails while they are got is no fault of the role that is wanted, also when
 * it is AWS's refusal of a role in between.
 */
function ownCredentials(source: CredentialSource): CredentialSource {
  const get = async () => {
    try {
      return await source.get()
    } catch (error) {
      throw error instanceof AwsError ? ownFailure(error) : error
    }
  }
  return { get, describe: () => source.describe() }
}

/** AWS does not know the gateway's own credentials any more, whatever the role. */
const credentialCodes: ReadonlySet<string> = new Set<AwsErrorCode>([
  'InvalidClientTokenId',
  'ExpiredToken',
  'SignatureDoesNotMatch',
])

function ownFailure(error: AwsError): ServerError {
  const detail = `${error.code}: ${error.message}`
  return new ServerError('gateway-credentials', { detail, cause: error })
}

function stsFailure(error: unknown): unknown {
  if (!(error instanceof AwsError)) return error
  if (credentialCodes.has(error.code)) return ownFailure(error)
  const code = error.fault === 'client' ? 'aws-refused' : 'aws-unreachable'
  return new ServerError(code, { detail: `${error.code}: ${error.message}`, cause: error })
}
