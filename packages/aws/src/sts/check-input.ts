import { AwsError } from '../errors.ts'
import { parseArn, parseRoleArn } from '../identifiers/arn.ts'
import {
  checkDuration,
  checkMfa,
  checkPolicies,
  checkSessionName,
  checkText,
} from './check-session.ts'
import { checkTags } from './check-tags.ts'
import { invalid } from './invalid.ts'
import type {
  AssumeRoleInput,
  AssumeRoleWithSamlInput,
  AssumeRoleWithWebIdentityInput,
  GetFederationTokenInput,
  GetSessionTokenInput,
  ProvidedContext,
  SessionInput,
} from './types.ts'

const longestRoleSession = 43_200
const longestUserSession = 129_600

/*
 * Each refuses input that STS would refuse by its documented bounds, so that the message names the
 * argument. They throw AwsError bad_arn or invalid_argument.
 */

export function checkAssumeRole(input: AssumeRoleInput): void {
  checkSession(input)
  checkSessionName('roleSessionName', input.roleSessionName)
  checkSessionName('sourceIdentity', input.sourceIdentity)
  checkText(
    'externalId',
    input.externalId,
    /^[\w+=,.@:/-]{2,1224}$/,
    '2 to 1224 of A-Z a-z 0-9 _ + = , . @ : / -',
  )
  checkMfa(input)
  checkTags(input)
  if (input.providedContexts !== undefined) checkContexts(input.providedContexts)
}

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

export function checkAssumeRoleWithWebIdentity(input: AssumeRoleWithWebIdentityInput): void {
  checkSession(input)
  checkSessionName('roleSessionName', input.roleSessionName)
  checkText(
    'webIdentityToken',
    input.webIdentityToken,
    /^[\x21-\x7e]{4,20000}$/,
    '4 to 20000 printable characters without blanks',
  )
  checkText('providerId', input.providerId, /^[\x21-\x7e]{4,2048}$/, '4 to 2048 characters')
}

export function checkGetSessionToken(input: GetSessionTokenInput): void {
  checkDuration(input.durationSeconds, longestUserSession)
  checkMfa(input)
}

export function checkGetFederationToken(input: GetFederationTokenInput): void {
  checkText('name', input.name, /^[\w+=,.@-]{2,32}$/, '2 to 32 of A-Z a-z 0-9 _ + = , . @ -')
  checkDuration(input.durationSeconds, longestUserSession)
  checkPolicies(input)
  checkTags({ tags: input.tags })
}

export function checkEncodedMessage(message: string): void {
  checkText('encodedMessage', message, /^[\x21-\x7e]{1,10240}$/, '1 to 10240 characters')
}

export function checkAccessKeyId(accessKeyId: string): void {
  // Who swaps the two keys would send the secret: this pattern takes none with + or /.
  checkText('accessKeyId', accessKeyId, /^\w{16,128}$/, '16 to 128 letters and digits')
}

function checkSession(input: SessionInput): void {
  parseRoleArn(input.roleArn)
  checkDuration(input.durationSeconds, longestRoleSession)
  checkPolicies(input)
}

function checkContexts(contexts: readonly ProvidedContext[]): void {
  const name = 'providedContexts'
  if (contexts.length < 1 || contexts.length > 5) {
    throw invalid(name, `1 to 5; received ${contexts.length}`)
  }
  for (const { providerArn, contextAssertion } of contexts) {
    parseArn(providerArn)
    checkText(name, contextAssertion, /^[\x21-\x7e]{4,2048}$/, 'assertions of 4 to 2048 characters')
  }
}
