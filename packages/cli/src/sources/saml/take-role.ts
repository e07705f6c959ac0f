/** A role by AssumeRoleWithSAML, as long as the role allows. */
import { AwsError, partitionOf, StsClient } from '@rolecall/aws'
import type { Connection } from '../../connections/connection.ts'
import type { OfferedRole, RoleKeys } from '../source.ts'
import type { AwsSide } from './aws-side.ts'

/** What a role is taken with. */
export interface Taking {
  readonly connection: Connection
  readonly role: OfferedRole & { readonly principalArn: string }
  readonly samlResponse: string
  /** Seconds; undefined: AWS's own hour. */
  readonly durationSeconds: number | undefined
  /** What was asked for, when the role is known to allow less. */
  readonly wished: number | undefined
  readonly policy: string | undefined
  /** Until when the identity provider lets any session last. */
  readonly sessionNotOnOrAfter: Date | undefined
  readonly aws: AwsSide
}

const hour = 3600
/** What roles are set to, the longest first: AWS does not say what a role allows. */
const usualSeconds = [12 * hour, 8 * hour, 4 * hour, 2 * hour, hour]
/** The wish, and each of those. */
const mostTries = usualSeconds.length + 1

/** The keys, and the seconds that the role turned out to allow when AWS refused more. */
export interface Taken {
  readonly keys: RoleKeys
  readonly limit: number | undefined
}

/** Takes the role; where it allows less than was asked for, for the next shorter time. Throws `AwsError`. */
export async function takeRole(taking: Taking): Promise<Taken> {
  const { role, aws, connection } = taking
  const region = regionFor(role, connection.region ?? aws.region)
  const sts = new StsClient({
    region,
    endpoint: aws.stsEndpoint,
    http: aws.send,
    retry: {
      attempts: Math.max(connection.httpAttempts, 3),
      ...(connection.httpAttempts > 1 ? { delayMs: () => connection.httpRetryDelayMs } : {}),
    },
  })
  let seconds = taking.durationSeconds
  for (let tries = 1; ; tries++) {
    try {
      const answer = await sts.assumeRoleWithSaml({
        roleArn: role.roleArn,
        principalArn: role.principalArn,
        samlAssertion: taking.samlResponse,
        durationSeconds: seconds,
        policy: taking.policy,
        policyArns: connection.policyArns,
      })
      const { credentials, assumedRoleUser } = answer
      const notes = notesOf(taking, seconds, credentials.expiration, aws.now())
      const keys = Object.freeze({
        accessKeyId: credentials.accessKeyId,
        secretAccessKey: credentials.secretAccessKey,
        sessionToken: credentials.sessionToken,
        expiration: credentials.expiration.toISOString(),
        roleArn: role.roleArn,
        accountId: role.accountId,
        assumedRoleArn: assumedRoleUser.arn,
        region: connection.region,
        // That of the environment reaches programs without us, and is for STS alone.
        endpointUrl: undefined,
        notes,
      })
      return { keys, limit: seconds === taking.durationSeconds ? undefined : seconds }
    } catch (error) {
      const mayLower = tries < mostTries && isTooLong(error)
      const shorter = mayLower ? shorterThan(seconds, error) : undefined
      if (shorter === undefined) throw error
      seconds = shorter
    }
  }
}

/** The region of STS: the one that is set, if the role's partition has it. */
export function regionFor(
  role: Pick<OfferedRole, 'partition'>,
  region: string | undefined,
): string {
  const home = partitionOf(role.partition)
  return region !== undefined && home.regionRegex.test(region) ? region : home.globalRegion
}

/** AWS says of a role that allows less: "The requested DurationSeconds exceeds the MaxSessionDuration set for this role." */
function isTooLong(error: unknown): error is AwsError {
  return (
    error instanceof AwsError &&
    error.code === 'ValidationError' &&
    /DurationSeconds exceeds/i.test(error.message)
  )
}

/** The maximum that the refusal names, should it name one; else the next usual one. */
function shorterThan(seconds: number | undefined, { message }: AwsError): number | undefined {
  const asked = seconds ?? hour
  const named = /MaxSessionDuration[^\d]{0,40}(\d{4,5})\b/.exec(message)?.[1]
  if (named !== undefined && Number(named) < asked && Number(named) >= 900) return Number(named)
  return usualSeconds.find(usual => usual < asked)
}

function notesOf(
  { sessionNotOnOrAfter, role, wished }: Taking,
  got: number | undefined,
  expiration: Date,
  now: Date,
): readonly string[] {
  const notes: string[] = []
  if (wished !== undefined && got !== undefined && got < wished) {
    notes.push(
      `${role.roleName} allows ${spoken(got)}, not the ${spoken(wished)} that were asked for`,
    )
  }
  const lasts = (expiration.getTime() - now.getTime()) / 1000
  // A minute for the call itself and for clocks that differ.
  const isCut = sessionNotOnOrAfter !== undefined && lasts < (got ?? hour) - 60
  if (isCut && sessionNotOnOrAfter.getTime() - expiration.getTime() < 60_000) {
    notes.push(`the identity provider ends the session at ${expiration.toISOString()}`)
  }
  return Object.freeze(notes)
}

function spoken(seconds: number): string {
  if (seconds % hour === 0) return seconds === hour ? '1 hour' : `${seconds / hour} hours`
  return `${Math.round(seconds / 60)} minutes`
}
