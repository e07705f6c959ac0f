import type { Environment } from '../credentials/environment.ts'
import { AwsError } from '../errors.ts'
import { type Partition, partitionOf } from '../identifiers/partitions.ts'
import type { IniSection } from '../shared-files/ini.ts'
import type { SharedFiles } from '../shared-files/shared-files.ts'
import { chainedRoleMaxSeconds } from '../sts/duration-limits.ts'
import { type Finding, finding } from './findings.ts'
import { keyFindings } from './key-findings.ts'
import { nearestName } from './nearest-name.ts'

/** The profile that is looked at, and the files that it may stand in. */
export interface ProfileFacts {
  readonly name: string
  /** By an option or a variable; else it is `default`, which need not be there. */
  readonly isChosen: boolean
  readonly files: SharedFiles
  /** The partition of the region, when a region is known. */
  readonly partition: Partition | undefined
}

/** What is wrong with a profile and those that it leads to, without asking anybody. */
export function profileFindings(facts: ProfileFacts): readonly Finding[] {
  const { name, isChosen, files } = facts
  if (!files.profiles.has(name)) return isChosen ? [unknownProfile(name, files)] : []
  const { path, end } = walk(name, files)
  const findings: Finding[] = []
  for (const each of path) {
    findings.push(...keysOfProfile(each, facts), ...partitionFinding(each, facts))
  }
  findings.push(...chaining(path, files))
  if (end === undefined) return findings
  const last = JSON.stringify(path.at(-1))
  if (!files.profiles.has(end)) {
    const { message, ...rest } = unknownProfile(end, files)
    return [...findings, { ...rest, message: `source_profile of profile ${last}: ${message}` }]
  }
  const circle = [...path, end].map(each => JSON.stringify(each)).join(' → ')
  return [...findings, finding('profile.cycle', `the profiles name each other: ${circle}`)]
}

function unknownProfile(name: string, { profiles, configFile, credentialsFile }: SharedFiles) {
  const nearest = nearestName(name, profiles.keys())
  const message = `there is no profile ${JSON.stringify(name)} in ${configFile} or ${credentialsFile}`
  if (nearest === undefined) return finding('profile.unknown', message)
  return finding('profile.unknown', `${message}; the nearest is ${JSON.stringify(nearest)}`)
}

/** The profiles that lead to the keys; `end`: the one that is not there, or that was there before. */
function walk(name: string, files: SharedFiles): { path: readonly string[]; end?: string } {
  const path: string[] = []
  for (let next: string | undefined = name; next !== undefined; ) {
    const settings = files.profiles.get(next)
    const isItself = next === path.at(-1) && hasKeys(settings)
    if (isItself) return { path }
    if (settings === undefined || path.includes(next)) return { path, end: next }
    path.push(next)
    // The keys of a profile go before its role, when it is the source of another one.
    if (path.length > 1 && hasKeys(settings)) return { path }
    next = textOf(settings, 'role_arn') && textOf(settings, 'source_profile')
  }
  return { path }
}

function keysOfProfile(name: string, { files }: ProfileFacts): readonly Finding[] {
  const parts = [
    { file: files.credentialsFile, section: files.inCredentials.get(name) },
    { file: files.configFile, section: files.inConfig.get(name) },
  ]
  return parts.flatMap(({ file, section }) => {
    if (section === undefined) return []
    const where = `profile ${JSON.stringify(name)} of ${file}`
    const keys = {
      where,
      accessKeyId: textOf(section, 'aws_access_key_id'),
      secretAccessKey: textOf(section, 'aws_secret_access_key'),
      sessionToken: textOf(section, 'aws_session_token') ?? textOf(section, 'aws_security_token'),
    }
    return keyFindings(keys)
  })
}

function partitionFinding(name: string, { files, partition }: ProfileFacts): readonly Finding[] {
  const role = textOf(files.profiles.get(name), 'role_arn')
  const ofRole = role === undefined ? undefined : partitionIn(role)
  if (partition === undefined || ofRole === undefined || ofRole === partition) return []
  const message = `role_arn of profile ${JSON.stringify(name)} is of the partition ${ofRole}, the region of ${partition}`
  return [finding('key.partition', message)]
}

function chaining(path: readonly string[], files: SharedFiles): readonly Finding[] {
  return path.slice(0, -1).flatMap((name, at) => {
    const settings = files.profiles.get(name)
    const seconds = Number(textOf(settings, 'duration_seconds') ?? 0)
    const source = path[at + 1] ?? ''
    const isChained = givesRoleSession(files.profiles.get(source))
    if (!isChained || !(seconds > chainedRoleMaxSeconds)) return []
    const message = `profile ${JSON.stringify(name)} asks for ${seconds} seconds (duration_seconds) with the credentials of another role, those of profile ${JSON.stringify(source)}`
    return [finding('role.chaining', message)]
  })
}

/** Whether a profile's credentials are those of a role. */
function givesRoleSession(settings: IniSection | undefined): boolean {
  if (hasKeys(settings)) return false
  return ['role_arn', 'sso_role_name'].some(key => textOf(settings, key) !== undefined)
}

function hasKeys(section: IniSection | undefined): boolean {
  return ['aws_access_key_id', 'aws_secret_access_key'].some(key => section?.has(key) === true)
}

/** A setting that is there and not empty. */
export function textOf(section: IniSection | undefined, key: string): string | undefined {
  const value = section?.get(key)
  return typeof value === 'string' && value !== '' ? value : undefined
}

function partitionIn(regionOrArn: string): Partition | undefined {
  try {
    return partitionOf(regionOrArn).id
  } catch (error) {
    if (error instanceof AwsError) return undefined
    throw error
  }
}

/** Keys in variables and a profile that is there too: programs differ in which of them they use. */
export function shadowFindings(
  env: Environment,
  options: { readonly name: string; readonly byOption: boolean; readonly files: SharedFiles },
): readonly Finding[] {
  const { name, byOption, files } = options
  if (byOption || !env.AWS_ACCESS_KEY_ID) return []
  const quoted = JSON.stringify(name)
  const variable = ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE'].find(each => env[each])
  if (variable !== undefined) {
    const message = `AWS_ACCESS_KEY_ID and ${variable} are both set: the aws command uses the keys of the variables, some SDKs the profile ${quoted}`
    return [finding('profile.shadowed', message)]
  }
  const settings = files.profiles.get(name)
  const givesSome =
    hasKeys(settings) ||
    ['role_arn', 'sso_role_name', 'credential_process'].some(key => textOf(settings, key))
  if (!givesSome) return []
  const message = `the keys of AWS_ACCESS_KEY_ID are used, and not those of profile ${quoted}`
  return [finding('profile.shadowed', message)]
}
