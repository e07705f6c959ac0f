import { AwsError } from '../errors.ts'
import { parseArn, parseRoleArn } from '../identifiers/arn.ts'
import { sessionNamePattern } from '../identifiers/role-session-name.ts'
import type { AssumeRoleInput, AssumeRoleWithSamlInput, SessionInput } from './types.ts'

const policyCharacters = /^[\t\n\r\x20-\xff]*$/
const tagCharacters = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

/**
 * Refuses input of AssumeRole that STS would refuse by its documented bounds, so that the message names
 * the argument. Throws {@link AwsError} `bad_arn` or `invalid_argument`.
 */
export function checkAssumeRole(input: AssumeRoleInput): void {
  checkSession(input)
  const name = 'roleSessionName'
  checkText(name, input.roleSessionName, sessionNamePattern, '2 to 64 of A-Z a-z 0-9 _ + = , . @ -')
  checkText(
    'sourceIdentity',
    input.sourceIdentity,
    sessionNamePattern,
    '2 to 64 of A-Z a-z 0-9 _ + = , . @ -',
  )
  checkText(
    'externalId',
    input.externalId,
    /^[\w+=,.@:/-]{2,1224}$/,
    '2 to 1224 of A-Z a-z 0-9 _ + = , . @ : / -',
  )
  checkText(
    'serialNumber',
    input.serialNumber,
    /^[\w+=/:,.@-]{9,256}$/,
    '9 to 256 characters of an ARN',
  )
  checkText('tokenCode', input.tokenCode, /^\d{6}$/, '6 digits')
  if ((input.serialNumber === undefined) !== (input.tokenCode === undefined)) {
    throw invalid('serialNumber', 'given together with tokenCode')
  }
  checkTags(input)
}

/** As {@link checkAssumeRole}, for AssumeRoleWithSAML. */
export function checkAssumeRoleWithSaml(input: AssumeRoleWithSamlInput): void {
  checkSession(input)
  const { service, resource } = parseArn(input.principalArn)
  if (service !== 'iam' || !/^saml-provider\/[\w._-]{1,128}$/.test(resource)) {
    throw new AwsError(
      'bad_arn',
      'principalArn: expected the ARN of an IAM SAML provider such as "arn:aws:iam::123456789012:saml-provider/Name"',
    )
  }
  checkText(
    'samlAssertion',
    input.samlAssertion,
    /^[A-Za-z0-9+/=\r\n]{4,100000}$/,
    '4 to 100000 characters of base64',
  )
}

function checkSession(input: SessionInput): void {
  parseRoleArn(input.roleArn)
  const { durationSeconds: seconds, policy, policyArns = [] } = input
  if (
    seconds !== undefined &&
    !(Number.isInteger(seconds) && seconds >= 900 && seconds <= 43_200)
  ) {
    throw invalid('durationSeconds', `a whole number from 900 to 43200; received ${seconds}`)
  }
  if (policy !== undefined && (policy === '' || !policyCharacters.test(policy))) {
    throw invalid('policy', 'a policy in characters up to U+00FF')
  }
  if (policyArns.length > 10)
    throw invalid('policyArns', `at most 10; received ${policyArns.length}`)
  for (const arn of policyArns) parseArn(arn)
}

function checkTags(input: AssumeRoleInput): void {
  const tags = Object.entries(input.tags ?? {})
  if (tags.length > 50) throw invalid('tags', `at most 50; received ${tags.length}`)
  const keys = new Set<string>()
  for (const [key, value] of tags) {
    if (key.length < 1 || key.length > 128 || !tagCharacters.test(key)) {
      throw invalid('tags', 'keys of 1 to 128 letters, digits, blanks and _ . : / = + - @')
    }
    if (value.length > 256 || !tagCharacters.test(value)) {
      throw invalid(`tags.${key}`, 'at most 256 letters, digits, blanks and _ . : / = + - @')
    }
    // STS compares keys without regard to case.
    if (keys.has(key.toLowerCase()))
      throw invalid('tags', `keys that differ in more than case: ${key}`)
    keys.add(key.toLowerCase())
  }
  const transitive = input.transitiveTagKeys ?? []
  if (transitive.length > 50)
    throw invalid('transitiveTagKeys', `at most 50; received ${transitive.length}`)
}

function checkText(
  name: string,
  value: string | undefined,
  pattern: RegExp,
  expected: string,
): void {
  if (value !== undefined && !pattern.test(value)) {
    throw invalid(name, `${expected}; received ${value.length} characters`)
  }
}

function invalid(name: string, expected: string): AwsError {
  return new AwsError('invalid_argument', `${name}: expected ${expected}`)
}
