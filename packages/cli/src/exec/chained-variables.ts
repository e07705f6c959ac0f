/** `--exec-profile`: a role that is taken with the keys of the first one, as saml2aws has it. */
import { type Credentials, profileCredentials } from '@rolecall/aws'
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
 * The credentials that a profile of the shared files gives to a program which has the role: its `role_arn` with
 * `credential_source = Environment`, or with the profile that `login` writes as its `source_profile`. Throws
 * `Failure` `credentials`.
 */
export async function chainedCredentials(
  { keys, region }: Pick<RoleSession, 'keys' | 'region'>,
  profile: string,
  terminal: Terminal,
): Promise<Credentials> {
  const env = environmentWith(terminal.env, roleVariables(keys, { region }))
  const onStderr = (text: string) => terminal.err.write(text)
  try {
    return await profileCredentials({ profile, env, onStderr }).get()
  } catch (error) {
    throw credentialFailure(error, profile)
  }
}

/** The same as the variables of a program. */
export async function chainedVariables(
  session: RoleSession,
  profile: string,
  terminal: Terminal,
): Promise<Readonly<Record<string, string>>> {
  const { keys, region } = session
  const found = await chainedCredentials(session, profile, terminal)
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
}
