import { open } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { AwsError } from '../errors.ts'
import { type CredentialSource, type Credentials, checkedCredentials } from './credentials.ts'
import type { Environment } from './environment.ts'
import { type IniSection, parseIni } from './ini.ts'

/** Which profile, in which files. */
export interface ProfileOptions {
  /** Default: AWS_PROFILE of `env`, else `default`. */
  readonly profile?: string | undefined
  /** Default: AWS_SHARED_CREDENTIALS_FILE of `env`, else `~/.aws/credentials`. */
  readonly credentialsFile?: string | undefined
  /** Default: AWS_CONFIG_FILE of `env`, else `~/.aws/config`. */
  readonly configFile?: string | undefined
  /** Default: no variable set. */
  readonly env?: Environment | undefined
}

/** Settings that name another way to credentials and that come before keys in the same profile. */
const rolesFirst = ['role_arn', 'web_identity_token_file', 'sso_session', 'sso_start_url']
/** Those that come after keys. */
const othersLast = ['credential_process', 'login_session', 'credential_source', 'source_profile']

const maxFileBytes = 1024 * 1024

/**
 * Credentials of a profile in the shared files: section `[name]` of the credentials file, which goes before
 * `[profile name]` of the configuration file. The files are read at each call, so that new keys are seen.
 * Throws {@link AwsError} `no_credentials`, `incomplete_credentials`, `bad_profile_file`, or `unsupported`
 * for a profile that gets its credentials in another way than by keys.
 */
export function profileCredentials(options: ProfileOptions = {}): CredentialSource {
  const env = options.env ?? {}
  const profile = options.profile ?? env.AWS_PROFILE ?? 'default'
  const home = env.HOME || env.USERPROFILE || homedir()
  const file = (given: string | undefined, name: string) =>
    given === undefined || given === '' ? join(home, '.aws', name) : expandHome(given, home)
  const credentialsFile = file(
    options.credentialsFile ?? env.AWS_SHARED_CREDENTIALS_FILE,
    'credentials',
  )
  const configFile = file(options.configFile ?? env.AWS_CONFIG_FILE, 'config')
  const describe = () => `profile ${JSON.stringify(profile)} of ${credentialsFile}`

  const get = async (): Promise<Credentials> => {
    const inCredentials = (await readSections(credentialsFile)).get(profile)
    const configSections = await readSections(configFile)
    const inConfig =
      configSections.get(`profile ${profile}`) ??
      (profile === 'default' ? configSections.get('default') : undefined)
    const found = [
      { file: credentialsFile, section: inCredentials },
      { file: configFile, section: inConfig },
    ]
    refuseUnsupported(profile, found, rolesFirst)
    for (const { file: path, section } of found) {
      const credentials =
        section && keysIn(section, `profile ${JSON.stringify(profile)} of ${path}`)
      if (credentials !== undefined) return credentials
    }
    refuseUnsupported(profile, found, othersLast)
    const isNamed = found.some(({ section }) => section !== undefined)
    throw new AwsError(
      'no_credentials',
      `profile ${JSON.stringify(profile)} ${isNamed ? 'has no keys' : 'does not stand'} in ${credentialsFile} or ${configFile}`,
    )
  }
  return Object.freeze({ get, describe })
}

function keysIn(section: IniSection, source: string): Credentials | undefined {
  const read = (key: string) => {
    const value = section.get(key)
    return typeof value === 'string' ? value : undefined
  }
  const accessKeyId = read('aws_access_key_id')
  const secretAccessKey = read('aws_secret_access_key')
  if (accessKeyId === undefined && secretAccessKey === undefined) return undefined
  // Older tools write aws_security_token.
  const sessionToken = read('aws_session_token') ?? read('aws_security_token')
  return checkedCredentials(source, { accessKeyId, secretAccessKey, sessionToken })
}

function refuseUnsupported(
  profile: string,
  found: readonly { readonly file: string; readonly section: IniSection | undefined }[],
  keys: readonly string[],
): void {
  for (const { file, section } of found) {
    const key = keys.find(each => section?.has(each))
    if (key !== undefined) {
      throw new AwsError(
        'unsupported',
        `profile ${JSON.stringify(profile)} of ${file} has ${key}, which is not supported; expected aws_access_key_id and aws_secret_access_key`,
      )
    }
  }
}

/** The sections of a file; none when there is no such file. */
async function readSections(file: string): Promise<ReadonlyMap<string, IniSection>> {
  const text = await readBounded(file)
  return text === undefined ? new Map() : parseIni(text, file)
}

async function readBounded(file: string): Promise<string | undefined> {
  try {
    const handle = await open(file, 'r')
    try {
      const { size } = await handle.stat()
      if (size > maxFileBytes) {
        throw new AwsError('bad_profile_file', `${file}: larger than ${maxFileBytes} bytes`)
      }
      return await handle.readFile('utf8')
    } finally {
      await handle.close()
    }
  } catch (cause) {
    if (cause instanceof AwsError) throw cause
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error'
    if (code === 'ENOENT') return undefined
    throw new AwsError('bad_profile_file', `${file}: cannot be read (${code})`, { cause })
  }
}

function expandHome(path: string, home: string): string {
  return path === '~' || path.startsWith('~/') ? join(home, path.slice(1)) : path
}
