import { expandHome } from '../shared-files/read-text.ts'
import { homeOf } from '../shared-files/shared-files.ts'
import type { CredentialSource } from './credentials.ts'
import { badProfile, type ProfileScope, textOf } from './profile-scope.ts'
import { durationOf, sessionNameOf } from './profile-session.ts'
import { stsOptionsOf } from './profile-sts.ts'
import { webIdentityCredentials } from './web-identity.ts'

/**
 * `web_identity_token_file` with `role_arn`; with `useVariables` AWS_WEB_IDENTITY_TOKEN_FILE, AWS_ROLE_ARN and
 * AWS_ROLE_SESSION_NAME go before them, each for itself, as in AWS's command.
 */
export function webIdentityOf(
  scope: ProfileScope,
  useVariables: boolean,
): CredentialSource | undefined {
  const choose = (key: string, variable: string) =>
    (useVariables ? scope.env[variable] : undefined) || textOf(scope, key)
  const file = choose('web_identity_token_file', 'AWS_WEB_IDENTITY_TOKEN_FILE')
  if (file === undefined) return undefined
  const roleArn = choose('role_arn', 'AWS_ROLE_ARN')
  if (roleArn === undefined) {
    const variables = useVariables ? ' (or AWS_ROLE_ARN)' : ''
    throw badProfile(scope, `web_identity_token_file needs role_arn${variables}`)
  }
  return webIdentityCredentials({
    token: { file: expandHome(file, homeOf(scope.env)) },
    roleArn,
    roleSessionName: choose('role_session_name', 'AWS_ROLE_SESSION_NAME') ?? sessionNameOf(scope),
    durationSeconds: durationOf(scope),
    sts: stsOptionsOf(scope, roleArn),
  })
}
