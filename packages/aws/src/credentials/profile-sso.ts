import { shellWord } from '../shared-files/split-words.ts'
import type { CredentialSource } from './credentials.ts'
import { endpointUrlOf } from './profile-endpoints.ts'
import { badProfile, homePath, type ProfileScope, textOf } from './profile-scope.ts'
import { profileHttp } from './profile-sts.ts'
import { ssoCredentials } from './sso.ts'

/**
 * `sso_account_id` and `sso_role_name` with `sso_session`, or with the older `sso_start_url` and `sso_region`. A
 * profile that repeats a setting of its session must give it the same value.
 */
export function ssoOf(scope: ProfileScope): CredentialSource | undefined {
  const accountId = textOf(scope, 'sso_account_id')
  const roleName = textOf(scope, 'sso_role_name')
  if (accountId === undefined && roleName === undefined) return undefined
  const sessionName = textOf(scope, 'sso_session')
  const session = sessionName === undefined ? undefined : scope.files.ssoSessions.get(sessionName)
  if (sessionName !== undefined && session === undefined) {
    const what = `sso_session: ${scope.files.configFile} has no [sso-session ${sessionName}]`
    throw badProfile(scope, what)
  }
  const needed = (key: string): string => {
    const inProfile = textOf(scope, key)
    const inSession = session && textOf({ settings: session }, key)
    if (inProfile !== undefined && inSession !== undefined && inProfile !== inSession) {
      throw badProfile(scope, `${key} is another than that of [sso-session ${sessionName}]`)
    }
    const value = inSession ?? inProfile
    if (value === undefined) throw badProfile(scope, `${key} is missing`)
    return value
  }
  const region = needed('sso_region')
  if (!/^[a-z]{2,}(-[a-z0-9]+)+$/.test(region)) throw badProfile(scope, 'sso_region is no region')
  if (!/^\d{12}$/.test(needed('sso_account_id'))) {
    throw badProfile(scope, 'sso_account_id: expected 12 digits')
  }
  return ssoCredentials({
    accountId: needed('sso_account_id'),
    roleName: needed('sso_role_name'),
    startUrl: needed('sso_start_url'),
    region,
    sessionName,
    cacheFolder: homePath(scope, '.aws', 'sso', 'cache'),
    loginHint: `\`aws sso login --profile ${shellWord(scope.name)}\``,
    portalEndpoint: endpointUrlOf(scope, 'sso'),
    oidcEndpoint: endpointUrlOf(scope, 'sso_oidc'),
    http: profileHttp(scope),
    now: scope.options.now,
  })
}
