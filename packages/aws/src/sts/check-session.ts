import { parseArn } from '../identifiers/arn.ts'
import { sessionNamePattern } from '../identifiers/role-session-name.ts'
import { invalid } from './invalid.ts'

const policyCharacters = /^[\t\n\r\x20-\xff]*$/
const maxPolicyCharacters = 2048

/** What limits a session beside the policies of its role or user. */
export interface SessionPolicies {
  readonly policy?: string | undefined
  readonly policyArns?: readonly string[] | undefined
}

/**
 * Refuses session policies outside the bounds of STS: one JSON object and at most ten ARNs, together at
 * most 2048 characters (IAM User Guide, "IAM and AWS STS quotas"). Throws `AwsError`.
 */
export function checkPolicies({ policy, policyArns = [] }: SessionPolicies): void {
  if (policy !== undefined) {
    checkText('policy', policy, policyCharacters, 'characters up to U+00FF')
    if (!isJsonObject(policy)) throw invalid('policy', 'a policy document: a JSON object')
  }
  if (policyArns.length > 10) {
    throw invalid('policyArns', `at most 10; received ${policyArns.length}`)
  }
  for (const arn of policyArns) {
    const { service, resource } = parseArn(arn)
    if (service !== 'iam' || !resource.startsWith('policy/')) {
      throw invalid('policyArns', `ARNs of IAM policies; received ${JSON.stringify(arn)}`)
    }
  }
  const total = [policy ?? '', ...policyArns].reduce((sum, text) => sum + text.length, 0)
  if (total > maxPolicyCharacters) {
    const what = policyArns.length === 0 ? 'characters' : 'characters together with policyArns'
    throw invalid('policy', `at most ${maxPolicyCharacters} ${what}; received ${total}`)
  }
}

/** Refuses a number of seconds that is not whole or not in the bounds. */
export function checkDuration(seconds: number | undefined, longest: number): void {
  if (seconds === undefined) return
  if (!(Number.isInteger(seconds) && seconds >= 900 && seconds <= longest)) {
    throw invalid('durationSeconds', `a whole number from 900 to ${longest}; received ${seconds}`)
  }
}

/** Refuses what is not in the form of a RoleSessionName or SourceIdentity. */
export function checkSessionName(name: string, value: string | undefined): void {
  checkText(name, value, sessionNamePattern, '2 to 64 of A-Z a-z 0-9 _ + = , . @ -')
}

/** Refuses half of an MFA device and its code, and what is neither. */
export function checkMfa(input: {
  readonly serialNumber?: string | undefined
  readonly tokenCode?: string | undefined
}): void {
  const { serialNumber, tokenCode } = input
  checkText(
    'serialNumber',
    serialNumber,
    /^[\w+=/:,.@-]{9,256}$/,
    '9 to 256 characters, the serial number or ARN of an MFA device',
  )
  checkText('tokenCode', tokenCode, /^\d{6}$/, '6 digits')
  if ((serialNumber === undefined) !== (tokenCode === undefined)) {
    throw invalid('serialNumber', 'given together with tokenCode')
  }
}

/**
 * Refuses a text that the pattern does not match; the text may be a secret and is not repeated. Also refuses
 * what is no text: the Query protocol would send a list under other names, which AWS passes over.
 */
export function checkText(
  name: string,
  value: string | undefined,
  pattern: RegExp,
  expected: string,
): void {
  if (value === undefined) return
  if (typeof value !== 'string') throw invalid(name, `${expected}; received no text`)
  if (!pattern.test(value)) {
    throw invalid(name, `${expected}; received ${value.length} characters`)
  }
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}
