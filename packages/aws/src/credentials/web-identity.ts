import { StsClient } from '../sts/sts-client.ts'
import type { AssumeRoleWithWebIdentityInput } from '../sts/types.ts'
import type { CredentialSource, Credentials } from './credentials.ts'
import { readToken } from './read-token.ts'
import { type SourceStsOptions, withAccount } from './role.ts'

/** The role, and the token that takes it. */
export interface WebIdentityOptions
  extends Omit<AssumeRoleWithWebIdentityInput, 'webIdentityToken'> {
  /** A file that is read at each `get`, for its writer renews it; or a function that gives the token. */
  readonly token: { readonly file: string } | (() => Promise<string>)
  readonly sts: SourceStsOptions
}

/**
 * The credentials of a role that an OpenID Connect token takes: STS AssumeRoleWithWebIdentity at each `get`, so
 * keep them with `cachedCredentials`. Throws `AwsError`: `bad_token`, and those of
 * `StsClient.assumeRoleWithWebIdentity`.
 */
export function webIdentityCredentials(options: WebIdentityOptions): CredentialSource {
  const { token, sts, ...input } = options
  const client = new StsClient(sts)
  const where = 'file' in token ? `the web identity token of ${token.file}` : 'a web identity token'
  const get = async (): Promise<Credentials> => {
    const text = 'file' in token ? await readToken(token.file, 'the web identity') : await token()
    // A line break at the end of the file is none of the token's characters.
    const webIdentityToken = text.trim()
    const answer = await client.assumeRoleWithWebIdentity({ ...input, webIdentityToken })
    return withAccount(answer.credentials, answer.assumedRoleUser.arn)
  }
  return Object.freeze({ get, describe: () => `role ${input.roleArn} through ${where}` })
}
