import { AwsError } from '../errors.ts'
import { formBody } from '../http/form.ts'
import { httpSend } from '../http/http-send.ts'
import { type RetryRules, withRetries } from '../http/with-retries.ts'
import { partitionOf } from '../identifiers/partitions.ts'
import { type CredentialSource, type Credentials, checkedCredentials } from './credentials.ts'
import { objectIn, parseObject, refusalIn, textIn } from './read-answer.ts'
import { timeAt } from './read-time.ts'
import { type SsoSession, ssoAccessToken } from './sso-token.ts'

/** The role, and the sign-in at IAM Identity Center that gives it. */
export interface SsoOptions extends SsoSession {
  /** Twelve digits. */
  readonly accountId: string
  /** The name of the permission set. */
  readonly roleName: string
  /** Default: `https://portal.sso.{region}.amazonaws.com`. */
  readonly portalEndpoint?: string | undefined
  readonly timeoutMs?: number | undefined
  readonly retry?: RetryRules | undefined
}

const defaultTimeoutMs = 10_000

/**
 * The credentials of a role of IAM Identity Center, for a person who has signed in with `aws sso login`: GET
 * /federation/credentials of the portal, with the token that the sign-in left behind (AWS SDKs and Tools
 * Reference Guide, "IAM Identity Center credential provider"; AWS SSO Portal API Reference). Throws
 * {@link AwsError}: `sso_login_needed`, `credentials_refused`, `bad_token`, `bad_answer`, `network`, `timeout`.
 */
export function ssoCredentials(options: SsoOptions): CredentialSource {
  const { accountId, roleName, region, http = httpSend } = options
  const source = `role ${roleName} of account ${accountId} through ${options.loginHint}`
  const { dnsSuffix } = partitionOf(region)
  const base = options.portalEndpoint ?? `https://portal.sso.${region}.${dnsSuffix}`
  const query = formBody([
    ['role_name', roleName],
    ['account_id', accountId],
  ])
  const url = `${base.replace(/\/+$/, '')}/federation/credentials?${query}`

  const get = async (): Promise<Credentials> => {
    const token = await ssoAccessToken(options)
    const attempt = async (leftMs: number) => {
      const headers = { accept: 'application/json', 'x-amz-sso_bearer_token': token }
      const { status, body } = await http({ method: 'GET', url, headers, timeoutMs: leftMs })
      if (status === 200) return body
      const said = `status ${status}${refusalIn(body, [token])}`
      if (status === 401) {
        const message = `${source}: the sign-in is no longer good, ${said}; ${hint(options)}`
        throw new AwsError('sso_login_needed', message, { status })
      }
      throw new AwsError('credentials_refused', `${source}: the portal answered ${said}`, {
        status,
      })
    }
    const { timeoutMs = defaultTimeoutMs, retry } = options
    return readRoleCredentials(source, await withRetries(attempt, timeoutMs, retry), accountId)
  }
  return Object.freeze({ get, describe: () => source })
}

/** What a person does about it. */
function hint({ loginHint }: SsoSession): string {
  return `sign in with ${loginHint}`
}

function readRoleCredentials(source: string, body: string, accountId: string): Credentials {
  const answer = objectIn(parseObject(source, body), 'roleCredentials')
  const milliseconds = answer?.expiration
  const expiration = typeof milliseconds === 'number' ? timeAt(milliseconds) : undefined
  if (answer === undefined || expiration === undefined) {
    const message = `${source}: the answer has no roleCredentials with an expiration`
    throw new AwsError('bad_answer', message, { fault: 'server' })
  }
  return checkedCredentials(source, {
    accessKeyId: textIn(answer, 'accessKeyId'),
    secretAccessKey: textIn(answer, 'secretAccessKey'),
    sessionToken: textIn(answer, 'sessionToken'),
    expiration,
    accountId,
  })
}
