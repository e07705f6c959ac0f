/** Keys in `~/.aws/credentials`, as saml2aws writes them. */
import { parseIni, type Setting, sharedFilePaths } from '@rolecall/aws/shared-files'
import { Failure } from '../failure.ts'
import type { RoleKeys } from '../sources/source.ts'
import { editIniFile, readIniText } from './edit-ini-file.ts'
import { setKeys } from './ini-edit.ts'
import { plainSection, profileOf } from './ini-names.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Which profile. */
export interface ProfilePlace {
  readonly profile: string
  /** Default: that of AWS's tools. */
  readonly credentialsFile: string | undefined
  readonly env: Environment
}

/** Where the keys went. */
export interface WrittenProfile {
  readonly file: string
  readonly changed: boolean
  /** What the person should know: which of two places AWS's tools will take. */
  readonly warnings: readonly string[]
}

/** Keys as they stand in a profile. */
export interface ProfileKeys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  /** Undefined: nothing says when they end, and they count as ended. */
  readonly expiration: Date | undefined
  readonly assumedRoleArn: string | undefined
  readonly region: string | undefined
  readonly isExpired: boolean
}

/**
 * Writes keys to a profile of the credentials file, with the names that saml2aws gives them; other keys of the
 * profile stay. The region is written when there is one. Throws `Failure` `file` and `refused`.
 */
export async function writeProfile(
  place: ProfilePlace & { readonly keys: RoleKeys; readonly region: string | undefined },
): Promise<WrittenProfile> {
  const { profile, keys, region } = place
  const { credentialsFile: file, configFile } = sharedFilePaths(place)
  const section = plainSection(profile)
  const edit = (text: string) =>
    setKeys(text, section, {
      aws_access_key_id: keys.accessKeyId,
      aws_secret_access_key: keys.secretAccessKey,
      aws_session_token: keys.sessionToken,
      aws_security_token: keys.sessionToken,
      x_principal_arn: keys.assumedRoleArn,
      x_security_token_expires: keys.expiration,
      ...(region !== undefined && { region }),
    })
  const { changed } = await editIniFile(file, edit, { secret: true })
  return Object.freeze({ file, changed, warnings: await otherSources(profile, configFile) })
}

/** The keys of a profile; undefined when it has none. Throws `Failure` `file`. */
export async function readProfileKeys(
  place: ProfilePlace & { readonly now?: Date },
): Promise<ProfileKeys | undefined> {
  const { credentialsFile: file } = sharedFilePaths(place)
  const settings = read(await readIniText(file), file).get(place.profile)
  const accessKeyId = text(settings?.get('aws_access_key_id'))
  const secretAccessKey = text(settings?.get('aws_secret_access_key'))
  const sessionToken = text(settings?.get('aws_session_token'))
  if (accessKeyId === undefined || secretAccessKey === undefined || sessionToken === undefined) {
    return undefined
  }
  const expiration = dateOf(text(settings?.get('x_security_token_expires')))
  return Object.freeze({
    ...{ accessKeyId, secretAccessKey, sessionToken, expiration },
    assumedRoleArn: text(settings?.get('x_principal_arn')),
    region: text(settings?.get('region')),
    isExpired: expiration === undefined || expiration <= (place.now ?? new Date()),
  })
}

/** What else gives credentials to the profile, in `~/.aws/config`, and which of both the tools take. */
async function otherSources(profile: string, configFile: string): Promise<readonly string[]> {
  const sections = await settingsOf(configFile)
  const settings = [...sections].findLast(([header]) => profileOf(header) === profile)?.[1]
  const here = `profile ${profile} in ${configFile}`
  const warnings: string[] = []
  if (settings?.has('credential_process')) {
    warnings.push(
      `${here} has a credential_process too; AWS's tools take the keys just written, also when they have ended`,
    )
  }
  if (settings?.has('role_arn')) {
    warnings.push(
      `${here} has a role_arn; AWS's tools take that role instead of the keys just written`,
    )
  }
  if (settings?.has('sso_session') || settings?.has('sso_start_url')) {
    warnings.push(
      `${here} signs in at IAM Identity Center; the aws command takes that instead of the keys just written`,
    )
  }
  return warnings
}

/** A file that nobody can read gives no warning here: AWS's tools will tell. */
async function settingsOf(file: string): Promise<ReturnType<typeof parseIni>> {
  try {
    return parseIni(await readIniText(file), file)
  } catch {
    return new Map()
  }
}

function read(content: string, file: string): ReturnType<typeof parseIni> {
  try {
    return parseIni(content, file)
  } catch (error) {
    const message = error instanceof Error ? error.message : `${file} cannot be read`
    throw new Failure('file', message, 'mend that line')
  }
}

const text = (setting: Setting | undefined): string | undefined =>
  typeof setting === 'string' && setting !== '' ? setting : undefined

/** RFC 3339, as saml2aws writes it: with the offset of the place. */
function dateOf(value: string | undefined): Date | undefined {
  if (value === undefined || !/^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(value))
    return undefined
  const date = new Date(value)
  return Number.isNaN(date.getTime()) ? undefined : date
}
