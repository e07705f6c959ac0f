import { AwsError } from '@rolecall/aws'
import type { Connection } from '../../connections/connection.ts'
import { Failure } from '../../failure.ts'
import type { OfferedRole } from '../source.ts'

/** A refusal of STS as the end of a command: what it means, what to do. Other errors stay as they are. */
export function stsFailure(error: unknown, role: OfferedRole, connection: Connection): unknown {
  if (!(error instanceof AwsError)) return error
  const { code, message, requestId, fault } = error
  const id = requestId === undefined ? '' : `, request ${requestId}`
  const fail = (why: string, hint: string) =>
    new Failure('credentials', `${role.roleArn}: ${why} (${code}${id})`, hint)
  const saml = role.principalArn ?? 'the SAML provider'
  switch (code) {
    case 'AccessDenied':
      return fail(
        `AWS does not let ${saml} take this role`,
        `its trust policy must allow sts:AssumeRoleWithSAML (and sts:TagSession, if the assertion has tags) to that provider`,
      )
    case 'ExpiredTokenException':
      return fail(
        'AWS says that the assertion is too old',
        'sign in again: rolecall login --force; if it happens at once, set the clock of this machine or of the identity provider',
      )
    case 'IDPRejectedClaim':
      return fail(
        'AWS says that the identity provider rejected the claim',
        'sign in again: rolecall login --force',
      )
    case 'InvalidIdentityToken':
      return fail(
        `AWS does not accept the assertion: ${message}`,
        `compare the metadata that IAM has for ${saml} with that of the identity provider: certificate, issuer, audience`,
      )
    case 'MalformedPolicyDocument':
    case 'PackedPolicyTooLarge':
      return new Failure(
        'configuration',
        `AWS does not take the session policy: ${message} (${code}${id})`,
        `correct ${connection.policyFile ?? 'policy_arn_list'}; the policy is for this session alone`,
      )
    case 'RegionDisabledException':
      return fail(
        'STS is not active in this region for the account',
        'choose another one: -r us-east-1',
      )
    default:
      if (fault === 'network') {
        return new Failure(
          'network',
          message,
          'check the network and the proxy; `rolecall doctor` looks at each step',
        )
      }
      return fail(message, error.remedy ?? 'try again; `rolecall doctor` looks at each step')
  }
}
