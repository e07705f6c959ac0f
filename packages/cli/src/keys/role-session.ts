/** The role of a command: as saml2aws has it from the credentials file, else by the way of every verb. */
import { parseArn } from '@rolecall/aws'
import { type ProfileKeys, readProfileKeys, writeProfile } from '../files/write-profile.ts'
import { knownRolesOf } from '../roles/known-roles.ts'
import { roleLabel } from '../roles/role-label.ts'
import type { RoleKeys } from '../sources/source.ts'
import type { RoleCommand } from './open-command.ts'
import { type RoleWish, takeRole } from './take-keys.ts'

/** Keys of a role, and how it is called. */
export interface RoleSession {
  readonly keys: RoleKeys
  /** What people call the role. */
  readonly label: string
  /** Of the credentials file, when the keys stand there. */
  readonly profile: string | undefined
  readonly region: string | undefined
}

/**
 * A section of `~/.saml2aws` whose profile holds keys that work is used as it stands, when no role is named;
 * new keys of it go to the profile. Throws `Failure` as {@link takeRole} does, and `file`.
 */
export async function roleSession(wish: RoleWish, command: RoleCommand): Promise<RoleSession> {
  const { connection } = command
  if (connection.writesProfile && wish.role === undefined && wish.force !== true) {
    const stored = await storedKeys(command)
    if (stored !== undefined) {
      return {
        keys: stored,
        label: `${stored.accountId}/${stored.roleArn.split('/').at(-1) ?? ''}`,
        profile: connection.profile,
        region: connection.region ?? stored.region,
      }
    }
  }
  const { role, keys } = await takeRole(wish, command)
  if (connection.writesProfile) await storeKeys(keys, command)
  return {
    keys,
    label: roleLabel(role),
    profile: connection.writesProfile ? connection.profile : undefined,
    region: connection.region ?? keys.region ?? role.region,
  }
}

/** The keys of the connection's profile while they work, and are those of its role or of one that it offers. */
export async function storedKeys(command: RoleCommand): Promise<RoleKeys | undefined> {
  const { connection, terminal } = command
  const { profile, credentialsFile } = connection
  const place = { profile, credentialsFile, env: terminal.env, now: command.now() }
  const stored = await readProfileKeys(place)
  if (stored === undefined || stored.isExpired) return undefined
  const keys = keysOfProfile(stored)
  const wanted = connection.role
  if (keys === undefined) return undefined
  if (wanted !== undefined) return isRoleNamed(keys, wanted) ? keys : undefined
  // Sections share a profile (saml2aws names each `saml`): keys of another one are none of this.
  const known = knownRolesOf(connection, terminal.env)
  const isOffered = known?.roles.some(({ roleArn }) => isRoleNamed(keys, roleArn)) ?? true
  return isOffered ? keys : undefined
}

/** Writes the keys to the connection's profile, and tells what else the tools would take. */
export async function storeKeys(
  keys: RoleKeys,
  command: RoleCommand,
  profile = command.connection.profile,
): Promise<string> {
  const { credentialsFile, region = keys.region } = command.connection
  const place = { profile, credentialsFile, env: command.terminal.env }
  const { file, warnings } = await writeProfile({ ...place, keys, region })
  for (const warning of warnings) command.say(`note: ${warning}`)
  return file
}

/** STS's ARN of a session has no path of the role: what is compared here is account and name. */
function keysOfProfile(stored: ProfileKeys): RoleKeys | undefined {
  const { assumedRoleArn, expiration } = stored
  if (assumedRoleArn === undefined || expiration === undefined) return undefined
  try {
    const { partition, accountId, resource } = parseArn(assumedRoleArn)
    const name = /^assumed-role\/([\w+=,.@-]{1,64})\//.exec(resource)?.[1]
    if (name === undefined) return undefined
    return {
      accessKeyId: stored.accessKeyId,
      secretAccessKey: stored.secretAccessKey,
      sessionToken: stored.sessionToken,
      expiration: expiration.toISOString(),
      roleArn: `arn:${partition}:iam::${accountId}:role/${name}`,
      accountId,
      assumedRoleArn,
      region: stored.region,
      endpointUrl: undefined,
      notes: [],
    }
  } catch {
    return undefined
  }
}

/** Only an ARN or `123456789012/Role` says of itself which role it is. */
function isRoleNamed({ accountId, roleArn }: RoleKeys, wanted: string): boolean {
  const name = roleArn.split('/').at(-1)
  const arn = /^arn:[\w-]+:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(wanted)
  const short = /^(\d{12})\/([^/]+)$/.exec(wanted)
  const [, account, role] = arn ?? short ?? []
  return account === accountId && role === name
}
