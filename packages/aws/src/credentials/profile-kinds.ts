import { AwsError } from '../errors.ts'
import type { CredentialSource } from './credentials.ts'
import { processCredentials } from './process.ts'
import { keysInConfigFile, keysInCredentialsFile } from './profile-keys.ts'
import { named, type ProfileScope, textOf } from './profile-scope.ts'
import { ssoOf } from './profile-sso.ts'
import { webIdentityOf } from './profile-web-identity.ts'

/** One way in which a profile gets credentials. */
export interface ProfileKind {
  /** As AWS's command names it. */
  readonly name: string
  /** What a profile without it lacks. */
  readonly lacks: string
  /** Undefined when the profile does not use it. */
  readonly sourceOf: (scope: ProfileScope) => CredentialSource | undefined
}

/** A kind that the variables of the environment may set as well as a profile. */
const webIdentity = (useVariables: boolean): ProfileKind => ({
  name: 'assume-role-with-web-identity',
  lacks: `web_identity_token_file${useVariables ? ' and AWS_WEB_IDENTITY_TOKEN_FILE is not set' : ''}`,
  sourceOf: scope => webIdentityOf(scope, useVariables),
})

/**
 * The ways but for AssumeRole, in the order of AWS's command. `useVariables`: also the variables for web
 * identity, which a profile that somebody chose goes before.
 */
export function profileKinds(useVariables: boolean): readonly ProfileKind[] {
  return [
    webIdentity(useVariables),
    { name: 'sso', lacks: 'sso_account_id and sso_role_name', sourceOf: ssoOf },
    {
      name: 'shared-credentials-file',
      lacks: 'keys in the credentials file',
      sourceOf: keysInCredentialsFile,
    },
    { name: 'login', lacks: 'login_session', sourceOf: refuseLogin },
    { name: 'custom-process', lacks: 'credential_process', sourceOf: processOf },
    { name: 'config-file', lacks: 'keys in the config file', sourceOf: keysInConfigFile },
  ]
}

/** The first kind that the profile uses. */
export function sourceOfKinds(
  scope: ProfileScope,
  kinds: readonly ProfileKind[],
): CredentialSource | undefined {
  for (const { sourceOf } of kinds) {
    const source = sourceOf(scope)
    if (source !== undefined) return source
  }
  return undefined
}

function processOf(scope: ProfileScope): CredentialSource | undefined {
  const command = textOf(scope, 'credential_process')
  if (command === undefined) return undefined
  const { env, onStderr } = scope.options
  return processCredentials({ command, env, onStderr })
}

function refuseLogin(scope: ProfileScope): undefined {
  if (textOf(scope, 'login_session') === undefined) return undefined
  throw new AwsError(
    'unsupported',
    `${named(scope)} has login_session: credentials of \`aws login\` are bound to a key of that command; expected sso_session, role_arn, credential_process or keys`,
  )
}
