import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { AwsError } from '../errors.ts'
import type { HttpSend } from '../http/http.ts'
import { httpSend } from '../http/http-send.ts'
import { partitionOf } from '../identifiers/partitions.ts'
import { readText } from '../shared-files/read-text.ts'
import { type JsonObject, parseObject, textIn } from './read-answer.ts'
import { readTime } from './read-time.ts'

/** A sign-in at IAM Identity Center, by the file that it leaves behind. */
export interface SsoSession {
  readonly startUrl: string
  /** The region of the Identity Center. */
  readonly region: string
  /** The name of `[sso-session NAME]`; without it the token cannot be renewed (legacy form). */
  readonly sessionName?: string | undefined
  /** The folder with the tokens: `~/.aws/sso/cache`. */
  readonly cacheFolder: string
  /** How a person signs in: `aws sso login --profile NAME`. */
  readonly loginHint: string
  /** Default: `https://oidc.{region}.amazonaws.com`. */
  readonly oidcEndpoint?: string | undefined
  readonly http?: HttpSend | undefined
  readonly now?: (() => Date) | undefined
}

/** Renewed when it ends within this time, as AWS's command does. */
const renewalMs = 15 * 60_000
const maxFileBytes = 64 * 1024

/**
 * The access token of a sign-in, renewed with its refresh token (OIDC API, CreateToken) when it is about to end;
 * the new one is written where it was. Throws {@link AwsError} `sso_login_needed` when there is none that is good,
 * `bad_token` for a file in another form.
 */
export async function ssoAccessToken(session: SsoSession): Promise<string> {
  const { cacheFolder, sessionName, startUrl, loginHint, now = () => new Date() } = session
  // The file is named by SHA-1, as AWS's tools have it; nothing is protected by it.
  const name = createHash('sha1')
    .update(sessionName ?? startUrl)
    .digest('hex')
  const file = join(cacheFolder, `${name}.json`)
  const text = await readText(file, maxFileBytes, 'bad_token')
  if (text === undefined)
    throw loginNeeded(`nobody has signed in (${file} is not there)`, loginHint)
  const saved = readSaved(file, text)
  const accessToken = textIn(saved, 'accessToken')
  const expiresAt = readTime(textIn(saved, 'expiresAt') ?? '')
  if (accessToken === undefined || !isHeaderText(accessToken) || expiresAt === undefined) {
    throw new AwsError('bad_token', `${file}: has no accessToken with its expiresAt`)
  }
  const leftMs = expiresAt.getTime() - now().getTime()
  if (leftMs > renewalMs) return accessToken
  const renewed = await renew(session, saved, now())
  if (renewed !== undefined) {
    // The refresh token may be good once only: the next program needs the new one. Where it cannot be written,
    // this program still has what it came for.
    const written = `${JSON.stringify({ ...saved, ...renewed }, undefined, 2)}\n`
    const { replaceFile } = await import('../shared-files/replace-file.ts')
    await replaceFile(file, written).catch(() => undefined)
    return renewed.accessToken
  }
  if (leftMs > 0) return accessToken
  throw loginNeeded(`the sign-in ended at ${expiresAt.toISOString()}`, loginHint)
}

function readSaved(file: string, text: string): JsonObject {
  try {
    return parseObject(file, text)
  } catch {
    throw new AwsError('bad_token', `${file}: is no JSON object`)
  }
}

interface Renewed {
  readonly accessToken: string
  readonly expiresAt: string
  readonly refreshToken?: string
}

/** A new token; undefined when there is none to be had without a person. */
async function renew(
  session: SsoSession,
  saved: JsonObject,
  now: Date,
): Promise<Renewed | undefined> {
  const [refreshToken, clientId, clientSecret, until = ''] = [
    ...['refreshToken', 'clientId', 'clientSecret', 'registrationExpiresAt'],
  ].map(name => textIn(saved, name))
  const isRegistered = (readTime(until)?.getTime() ?? 0) > now.getTime()
  if (session.sessionName === undefined || !isRegistered) return undefined
  if (refreshToken === undefined || clientId === undefined || clientSecret === undefined) {
    return undefined
  }
  const { region, http = httpSend } = session
  const base = session.oidcEndpoint ?? `https://oidc.${region}.${partitionOf(region).dnsSuffix}`
  try {
    const { status, body } = await http({
      method: 'POST',
      url: `${base.replace(/\/+$/, '')}/token`,
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ grantType: 'refresh_token', clientId, clientSecret, refreshToken }),
    })
    return status === 200 ? readRenewed(body, now) : undefined
  } catch (error) {
    // The token at hand may still be good; if it is not, a person has to sign in anyway.
    if (error instanceof AwsError) return undefined
    throw error
  }
}

function readRenewed(body: string, now: Date): Renewed | undefined {
  const answer = parseObject('the OIDC service', body)
  const { expiresIn } = answer
  const accessToken = textIn(answer, 'accessToken')
  const refreshToken = textIn(answer, 'refreshToken')
  if (accessToken === undefined || !isHeaderText(accessToken)) return undefined
  if (typeof expiresIn !== 'number' || !(expiresIn > 0 && expiresIn < 1e9)) return undefined
  const expiresAt = new Date(now.getTime() + expiresIn * 1_000)
  return {
    accessToken,
    expiresAt: expiresAt.toISOString().replace(/\.\d+Z$/, 'Z'),
    ...(refreshToken === undefined ? {} : { refreshToken }),
  }
}

function isHeaderText(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text)
}

function loginNeeded(why: string, loginHint: string): AwsError {
  return new AwsError('sso_login_needed', `IAM Identity Center: ${why}; sign in with ${loginHint}`)
}
