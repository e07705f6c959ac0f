/** `exec --exec-profile`: a role that is taken with the keys of the first one, as saml2aws has it. */
import { profileCredentials } from '@rolecall/aws'
import {
  endpointVariables,
  environmentWith,
  regionVariables,
  roleVariables,
} from '../keys/role-environment.ts'
import type { RoleSession } from '../keys/role-session.ts'
import type { Terminal } from '../terminal.ts'
import { credentialFailure } from '../verbs/credential-failure.ts'

/**
 * Variables of the credentials that a profile of the shared files gives to a program which has the role: its
 * `role_arn` with `credential_source = Environment`, or with the profile that `login` writes as its
 * `source_profile`. Throws `Failure` `credentials`.
 */
export async function chainedVariables(
  { keys, region }: RoleSession,
  profile: string,
  terminal: Terminal,
): Promise<Readonly<Record<string, string>>> {
  const env = environmentWith(terminal.env, roleVariables(keys, { region }))
  const onStderr = (text: string) => terminal.err.write(text)
  try {
    const found = await profileCredentials({ profile, env, onStderr }).get()
    const { accessKeyId, secretAccessKey, sessionToken, expiration, accountId } = found
    return {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      ...(sessionToken === undefined
        ? {}
        : {
            AWS_SESSION_TOKEN: sessionToken,
            AWS_SECURITY_TOKEN: sessionToken,
            EC2_SECURITY_TOKEN: sessionToken,
          }),
      ...(expiration === undefined ? {} : { AWS_CREDENTIAL_EXPIRATION: expiration.toISOString() }),
      ...(accountId === undefined ? {} : { AWS_ACCOUNT_ID: accountId }),
      ...regionVariables(region),
      ...endpointVariables(keys),
    }
  } catch (error) {
    throw credentialFailure(error, profile)
  }
}
