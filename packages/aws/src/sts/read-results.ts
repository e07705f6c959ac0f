import {
  accessKeyIdPattern,
  foreignCharacter,
  redactable,
  type TemporaryCredentials,
} from '../credentials/credentials.ts'
import { readTime } from '../credentials/read-time.ts'
import { AwsError } from '../errors.ts'
import { parseRoleArn } from '../identifiers/arn.ts'
import type { QueryAnswer } from './query-protocol.ts'
import type {
  AccessKeyInfo,
  AssumedRole,
  AssumedRoleWithSaml,
  AssumedRoleWithWebIdentity,
  CallerIdentity,
  DecodedMessage,
  FederationToken,
  SessionToken,
} from './types.ts'
import { type AnswerElement, childOf, childText } from './xml-answer.ts'

/** The answer to a call and the region that gave it. */
export interface StsResult extends QueryAnswer {
  readonly region: string
}

/*
 * Each reads the result of one operation. Elements that are not known are passed over, in any order; a
 * part that is needed and missing throws AwsError bad_answer.
 */

/** Which session was asked for; the name is the assertion's for SAML. */
export interface AskedRole {
  readonly roleArn: string
  readonly roleSessionName?: string
}

export function readAssumedRole(answer: StsResult, asked: AskedRole): AssumedRole {
  const user = neededChild(answer.result, 'AssumedRoleUser')
  const arn = neededText(user, 'Arn')
  if (!isOfRole(arn, asked)) throw bad(`the credentials are not of a session of ${asked.roleArn}`)
  return Object.freeze({
    credentials: readCredentials(answer.result),
    assumedRoleUser: Object.freeze({
      arn,
      assumedRoleId: neededText(user, 'AssumedRoleId'),
    }),
    ...readPackedSize(answer.result),
    ...optional(answer.result, { sourceIdentity: 'SourceIdentity' }),
    ...origin(answer),
  })
}

export function readAssumedRoleWithSaml(answer: StsResult, asked: AskedRole): AssumedRoleWithSaml {
  return Object.freeze({
    ...readAssumedRole(answer, asked),
    ...optional(answer.result, {
      subject: 'Subject',
      subjectType: 'SubjectType',
      issuer: 'Issuer',
      audience: 'Audience',
      nameQualifier: 'NameQualifier',
    }),
  })
}

export function readAssumedRoleWithWebIdentity(
  answer: StsResult,
  asked: AskedRole,
): AssumedRoleWithWebIdentity {
  return Object.freeze({
    ...readAssumedRole(answer, asked),
    ...optional(answer.result, {
      subjectFromWebIdentityToken: 'SubjectFromWebIdentityToken',
      provider: 'Provider',
      audience: 'Audience',
    }),
  })
}

export function readSessionToken(answer: StsResult): SessionToken {
  return Object.freeze({ credentials: readCredentials(answer.result), ...origin(answer) })
}

export function readFederationToken(answer: StsResult): FederationToken {
  const user = neededChild(answer.result, 'FederatedUser')
  return Object.freeze({
    credentials: readCredentials(answer.result),
    federatedUser: Object.freeze({
      arn: neededText(user, 'Arn'),
      federatedUserId: neededText(user, 'FederatedUserId'),
    }),
    ...readPackedSize(answer.result),
    ...origin(answer),
  })
}

export function readCallerIdentity(answer: StsResult): CallerIdentity {
  return Object.freeze({
    arn: neededText(answer.result, 'Arn'),
    userId: neededText(answer.result, 'UserId'),
    account: neededText(answer.result, 'Account'),
    ...origin(answer),
  })
}

export function readDecodedMessage(answer: StsResult): DecodedMessage {
  const decodedMessage = neededText(answer.result, 'DecodedMessage')
  return Object.freeze({ decodedMessage, ...origin(answer) })
}

export function readAccessKeyInfo(answer: StsResult): AccessKeyInfo {
  return Object.freeze({ account: neededText(answer.result, 'Account'), ...origin(answer) })
}

/** Whoever signs with what came back must be who was asked for; the path is not part of a session's ARN. */
function isOfRole(arn: string, { roleArn, roleSessionName }: AskedRole): boolean {
  const { partition, accountId, name } = parseRoleArn(roleArn)
  const role = `arn:${partition}:sts::${accountId}:assumed-role/${name}/`
  // IAM keeps names in the case in which they were made, and apart without it.
  const isRole = arn.toLowerCase().startsWith(role.toLowerCase())
  return isRole && (roleSessionName === undefined || arn.slice(role.length) === roleSessionName)
}

function readCredentials(result: AnswerElement): TemporaryCredentials {
  const credentials = neededChild(result, 'Credentials')
  const expiration = readTime(neededText(credentials, 'Expiration'))
  if (expiration === undefined) throw bad('Expiration is not a time')
  const accessKeyId = neededText(credentials, 'AccessKeyId')
  const secretAccessKey = neededText(credentials, 'SecretAccessKey')
  const sessionToken = neededText(credentials, 'SessionToken')
  // They go into headers and logs.
  if (
    !accessKeyIdPattern.test(accessKeyId) ||
    foreignCharacter.test(secretAccessKey + sessionToken)
  ) {
    throw bad('the credentials have characters that AWS never uses')
  }
  return redactable({ accessKeyId, secretAccessKey, sessionToken, expiration })
}

function readPackedSize(result: AnswerElement): { packedPolicySize?: number } {
  const packed = childText(result, 'PackedPolicySize')
  return packed !== undefined && /^\d{1,9}$/.test(packed)
    ? { packedPolicySize: Number(packed) }
    : {}
}

function optional<K extends string>(
  result: AnswerElement,
  names: Readonly<Record<K, string>>,
): Partial<Record<K, string>> {
  const found: Partial<Record<string, string>> = {}
  for (const [key, name] of Object.entries<string>(names)) {
    const text = childText(result, name)
    if (text !== undefined) found[key] = text
  }
  return found as Partial<Record<K, string>>
}

function origin({ requestId, region }: StsResult): Pick<StsResult, 'requestId' | 'region'> {
  return { requestId, region }
}

function neededChild(element: AnswerElement, name: string): AnswerElement {
  const child = childOf(element, name)
  if (child === undefined) throw bad(`<${name}> is missing`)
  return child
}

function neededText(element: AnswerElement, name: string): string {
  const text = childText(element, name)
  if (text === undefined) throw bad(`<${name}> is missing or empty`)
  return text
}

function bad(why: string): AwsError {
  return new AwsError('bad_answer', `the answer of STS: ${why}`, { status: 200, fault: 'server' })
}
