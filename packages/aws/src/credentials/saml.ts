import { StsClient } from '../sts/sts-client.ts'
import type { AssumeRoleWithSamlInput } from '../sts/types.ts'
import type { CredentialSource, Credentials } from './credentials.ts'
import { type SourceStsOptions, withAccount } from './role.ts'

/** The role, and who gives the assertion that takes it. */
export interface SamlOptions extends Omit<AssumeRoleWithSamlInput, 'samlAssertion'> {
  /** A fresh SAML response, base64: AWS takes one within five minutes of its issue. */
  readonly assertion: () => Promise<string>
  readonly sts: SourceStsOptions
}

/**
 * The credentials of a role that a SAML assertion takes: STS AssumeRoleWithSAML at each `get`, so keep them with
 * `cachedCredentials`. Throws `AwsError`: those of `StsClient.assumeRoleWithSaml`; other errors are of
 * `assertion`.
 */
export function samlCredentials(options: SamlOptions): CredentialSource {
  const { assertion, sts, ...input } = options
  const client = new StsClient(sts)
  const get = async (): Promise<Credentials> => {
    const samlAssertion = await assertion()
    const answer = await client.assumeRoleWithSaml({ ...input, samlAssertion })
    return withAccount(answer.credentials, answer.assumedRoleUser.arn)
  }
  const describe = () => `role ${input.roleArn} through a SAML assertion of ${input.principalArn}`
  return Object.freeze({ get, describe })
}
