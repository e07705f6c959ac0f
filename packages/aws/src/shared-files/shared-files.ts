import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Environment } from '../credentials/environment.ts'
import { type IniSection, parseIni, type Setting } from './ini.ts'
import { expandHome, readText } from './read-text.ts'
import { splitWords } from './split-words.ts'

/** Which files. */
export interface SharedFileOptions {
  /** Default: AWS_SHARED_CREDENTIALS_FILE of `env`, else `~/.aws/credentials`. */
  readonly credentialsFile?: string | undefined
  /** Default: AWS_CONFIG_FILE of `env`, else `~/.aws/config`. */
  readonly configFile?: string | undefined
  /** Default: no variable set. */
  readonly env?: Environment | undefined
}

/** What the two files hold. */
export interface SharedFiles {
  readonly configFile: string
  readonly credentialsFile: string
  /** By name; the settings of the credentials file go before those of the configuration file. */
  readonly profiles: ReadonlyMap<string, IniSection>
  /** Each file's own sections, by the name of the profile. */
  readonly inConfig: ReadonlyMap<string, IniSection>
  readonly inCredentials: ReadonlyMap<string, IniSection>
  /** `[sso-session NAME]` and `[services NAME]` of the configuration file. */
  readonly ssoSessions: ReadonlyMap<string, IniSection>
  readonly services: ReadonlyMap<string, IniSection>
}

const maxFileBytes = 1024 * 1024

/** The home folder: HOME or USERPROFILE of `env`, else that of the process's user. */
export function homeOf(env: Environment): string {
  return env.HOME || env.USERPROFILE || homedir()
}

/** Where the two files are, whether or not they exist. */
export function sharedFilePaths(options: SharedFileOptions): {
  readonly configFile: string
  readonly credentialsFile: string
} {
  const env = options.env ?? {}
  const home = homeOf(env)
  const path = (given: string | undefined, name: string) =>
    given === undefined || given === ''
      ? join(home, '.aws', name)
      : expandHome(expandVariables(given, env), home)
  return {
    configFile: path(options.configFile ?? env.AWS_CONFIG_FILE, 'config'),
    credentialsFile: path(
      options.credentialsFile ?? env.AWS_SHARED_CREDENTIALS_FILE,
      'credentials',
    ),
  }
}

/**
 * Reads both files; one that is not there is empty. Profiles are `[default]` and `[profile NAME]` of the
 * configuration file and `[NAME]` of the credentials file (AWS SDKs and Tools Reference Guide, "Shared
 * config and credentials files"); of two sections for one profile in a file the later counts, as in
 * AWS's command. Throws `AwsError` `bad_profile_file`.
 */
export async function readSharedFiles(options: SharedFileOptions = {}): Promise<SharedFiles> {
  const { configFile, credentialsFile } = sharedFilePaths(options)
  const [config, inCredentials] = await Promise.all([read(configFile), read(credentialsFile)])
  const inConfig = new Map<string, IniSection>()
  const ssoSessions = new Map<string, IniSection>()
  const services = new Map<string, IniSection>()
  for (const [header, section] of config) {
    const kinds = { profile: inConfig, 'sso-session': ssoSessions, services }
    const kind = Object.entries(kinds).find(([prefix]) => header.startsWith(prefix))?.[1]
    const [, name, more] = kind === undefined ? [] : (splitWords(header) ?? [])
    if (header === 'default') inConfig.set(header, section)
    else if (name !== undefined && more === undefined) kind?.set(name, section)
  }
  const profiles = new Map(inConfig)
  for (const [name, section] of inCredentials) {
    profiles.set(name, new Map<string, Setting>([...(inConfig.get(name) ?? []), ...section]))
  }
  return Object.freeze({
    ...{ configFile, credentialsFile, profiles },
    ...{ inConfig, inCredentials, ssoSessions, services },
  })
}

async function read(file: string): Promise<ReadonlyMap<string, IniSection>> {
  const text = await readText(file, maxFileBytes, 'bad_profile_file')
  return text === undefined ? new Map() : parseIni(text, file)
}

function expandVariables(path: string, env: Environment): string {
  return path.replace(
    /\$(?:(\w+)|\{([^}]*)\})/g,
    (all: string, bare?: string, braced?: string) => env[bare ?? braced ?? ''] ?? all,
  )
}
