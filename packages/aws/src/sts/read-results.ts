import { redactable } from '../credentials/credentials.ts'
import { AwsError } from '../errors.ts'
import type { QueryAnswer } from './query-protocol.ts'
import type { AssumedRole, AssumedRoleWithSaml, CallerIdentity } from './types.ts'
import { type AnswerElement, childOf, childText } from './xml-answer.ts'

/** Reads the result of AssumeRole. Elements that are not known are passed over, in any order. */
export function readAssumedRole({ result, requestId }: QueryAnswer): AssumedRole {
  const credentials = neededChild(result, 'Credentials')
  const user = neededChild(result, 'AssumedRoleUser')
  const packed = childText(result, 'PackedPolicySize')
  const sourceIdentity = childText(result, 'SourceIdentity')
  const expiration = new Date(neededText(credentials, 'Expiration'))
  if (Number.isNaN(expiration.getTime())) throw bad('Expiration is not a time')
  return Object.freeze({
    credentials: redactable({
      accessKeyId: neededText(credentials, 'AccessKeyId'),
      secretAccessKey: neededText(credentials, 'SecretAccessKey'),
      sessionToken: neededText(credentials, 'SessionToken'),
      expiration,
    }),
    assumedRoleUser: Object.freeze({
      arn: neededText(user, 'Arn'),
      assumedRoleId: neededText(user, 'AssumedRoleId'),
    }),
    ...(packed !== undefined && /^\d{1,9}$/.test(packed)
      ? { packedPolicySize: Number(packed) }
      : {}),
    ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
    requestId,
  })
}

/** Reads the result of AssumeRoleWithSAML. */
export function readAssumedRoleWithSaml(answer: QueryAnswer): AssumedRoleWithSaml {
  const optional = (key: string, name: string) => {
    const text = childText(answer.result, name)
    return text === undefined ? {} : { [key]: text }
  }
  return Object.freeze({
    ...readAssumedRole(answer),
    ...optional('subject', 'Subject'),
    ...optional('subjectType', 'SubjectType'),
    ...optional('issuer', 'Issuer'),
    ...optional('audience', 'Audience'),
    ...optional('nameQualifier', 'NameQualifier'),
  })
}

/** Reads the result of GetCallerIdentity. */
export function readCallerIdentity({ result, requestId }: QueryAnswer): CallerIdentity {
  return Object.freeze({
    arn: neededText(result, 'Arn'),
    userId: neededText(result, 'UserId'),
    account: neededText(result, 'Account'),
    requestId,
  })
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
