import { join } from 'node:path'
import { AwsError } from '../errors.ts'
import type { HttpSend } from '../http/http.ts'
import type { IniSection } from '../shared-files/ini.ts'
import {
  homeOf,
  readSharedFiles,
  type SharedFileOptions,
  type SharedFiles,
} from '../shared-files/shared-files.ts'
import type { Environment } from './environment.ts'
import type { MfaCode, SourceStsOptions } from './role.ts'

/** Which profile, in which files, and what it may use. */
export interface ProfileOptions extends SharedFileOptions {
  /** Default: AWS_PROFILE of `env`, else AWS_DEFAULT_PROFILE, else `default`. */
  readonly profile?: string | undefined
  /** Asks for the code of `mfa_serial`; without it such a profile fails with `mfa_code_needed`. */
  readonly mfaCode?: MfaCode | undefined
  /** As for `processCredentials`, of a `credential_process`. */
  readonly onStderr?: ((text: string) => void) | undefined
  /** Goes before what the profile and `env` say about STS: its region, endpoint, deadline and so on. */
  readonly sts?: Partial<Omit<SourceStsOptions, 'http' | 'now'>> | undefined
  /** For STS and IAM Identity Center. Default: through the proxies of `env`, with the authorities of AWS_CA_BUNDLE or `ca_bundle`. */
  readonly http?: HttpSend | undefined
  /** For instance metadata and the container endpoint, which no proxy reaches. Default: `httpSend`. */
  readonly localHttp?: HttpSend | undefined
  readonly now?: (() => Date) | undefined
}

/** A profile of files that have been read. */
export interface ProfileScope {
  readonly name: string
  readonly settings: IniSection
  readonly files: SharedFiles
  readonly env: Environment
  readonly options: ProfileOptions
  /** The profiles that led here, the first one first, this one last. */
  readonly path: readonly string[]
}

/** The name of the profile, and whether somebody chose it. */
export function profileName(options: ProfileOptions): {
  readonly name: string
  readonly isChosen: boolean
} {
  const env = options.env ?? {}
  const chosen = options.profile ?? (env.AWS_PROFILE || env.AWS_DEFAULT_PROFILE)
  return { name: chosen ?? 'default', isChosen: chosen !== undefined }
}

/**
 * Reads the files for a profile. Throws {@link AwsError} `unknown_profile` when somebody chose one that is not
 * there: another identity must not take its place.
 */
export async function openProfile(options: ProfileOptions): Promise<ProfileScope> {
  const { name, isChosen } = profileName(options)
  const files = await readSharedFiles(options)
  if (isChosen && !files.profiles.has(name)) {
    throw new AwsError('unknown_profile', `profile ${JSON.stringify(name)} ${notIn(files)}`)
  }
  const settings = files.profiles.get(name) ?? new Map()
  return { name, settings, files, env: options.env ?? {}, options, path: [name] }
}

/** ` does not stand in …`, for a message that names a profile. */
export function notIn({ credentialsFile, configFile }: SharedFiles): string {
  return `does not stand in ${credentialsFile} or ${configFile}`
}

/** Another profile of the same files. */
export function anotherProfile(
  scope: ProfileScope,
  name: string,
  settings: IniSection,
): ProfileScope {
  return { ...scope, name, settings, path: [...scope.path, name] }
}

/** A setting of the profile; undefined when it is absent, empty or a nested block. */
export function textOf(
  { settings }: Pick<ProfileScope, 'settings'>,
  key: string,
): string | undefined {
  const value = settings.get(key)
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** A setting of the profile, before which a variable goes. */
export function chosenText(scope: ProfileScope, key: string, variable: string): string | undefined {
  return scope.env[variable] || textOf(scope, key)
}

/** `profile "name"`, for messages. */
export function named({ name }: Pick<ProfileScope, 'name'>): string {
  return `profile ${JSON.stringify(name)}`
}

/** A profile with settings that do not go together. */
export function badProfile(scope: Pick<ProfileScope, 'name'>, what: string): AwsError {
  return new AwsError('bad_profile', `${named(scope)}: ${what}`)
}

/** A path below the home folder. */
export function homePath(scope: ProfileScope, ...parts: readonly string[]): string {
  return join(homeOf(scope.env), ...parts)
}
