/** From a role as a person names it to its keys: the way that every verb goes. */
import { parseRoleArn } from '@rolecall/aws'
import { Failure } from '../failure.ts'
import { findRole, rolesLike } from '../roles/find-role.ts'
import { type KnownRoles, knownRolesOf } from '../roles/known-roles.ts'
import { pickRole } from '../roles/pick-role.ts'
import { noteRecent, recentRoles } from '../roles/recents.ts'
import type { OfferedRole, RoleKeys } from '../sources/source.ts'
import { keyName } from './key-name.ts'
import type { RoleCommand } from './open-command.ts'

/** What is wanted of a role. */
export interface RoleWish {
  /** As the person names it. Default: the connection's role, else the one that is picked. */
  readonly role?: string | undefined
  /** Take new keys, also where there are fresh ones. */
  readonly force?: boolean | undefined
  /** Keys that have less left are not given. Default: 15 minutes and a jitter. */
  readonly leftMs?: number | undefined
}

/** A role and its keys. */
export interface TakenRole {
  readonly role: OfferedRole
  readonly keys: RoleKeys
}

/** A list that is older is not picked from: a person would miss what was granted since. */
const pickableMs = 12 * 3_600_000

/** Of roles that may be picked for their keys: others are for the console alone. */
export const hasKeys = (role: OfferedRole): boolean => role.keys

/** {@link takeRole} without the role. */
export async function takeKeys(wish: RoleWish, command: RoleCommand): Promise<RoleKeys> {
  return (await takeRole(wish, command)).keys
}

/**
 * The keys of a role: from the cache while they are fresh, else from a sign-in. The role counts as taken.
 * Throws `Failure`: that of the sign-in, `noRole`, `credentials`, `cannotAsk`.
 */
export async function takeRole(wish: RoleWish, command: RoleCommand): Promise<TakenRole> {
  const { connection, terminal, say } = command
  const role = await chooseRole(wish.role ?? connection.role, command, hasKeys)
  const keys = await keysOf(role, wish, command)
  noteRecent({ connection: connection.name, roleArn: role.roleArn }, terminal.env, command.now())
  for (const note of keys.notes) say(note)
  return { role, keys }
}

/** The keys of a role that is chosen: from the cache, else by a sign-in. */
export async function keysOf(
  role: OfferedRole,
  { force, leftMs }: Pick<RoleWish, 'force' | 'leftMs'>,
  command: RoleCommand,
): Promise<RoleKeys> {
  const { connection } = command
  const cache = await command.cache()
  const options = {
    ...(force === undefined ? {} : { force }),
    ...(leftMs === undefined ? {} : { leftMs }),
  }
  const make = async () => {
    const signed = await command.signIn()
    const offered = signed.roles.find(({ roleArn }) => roleArn === role.roleArn)
    if (offered === undefined) throw goneRole(role)
    return await signed.keys(offered, { durationSeconds: connection.sessionDuration })
  }
  return await cache.get(await keyName(connection, role.roleArn), make, options)
}

/**
 * The role that is meant: by the last list of roles when that is enough, so that cached keys need no
 * sign-in, else by a new one. Without a name the person picks one of those that are `pickable`.
 */
export async function chooseRole(
  wanted: string | undefined,
  command: RoleCommand,
  pickable: (role: OfferedRole) => boolean = () => true,
): Promise<OfferedRole> {
  const { connection, terminal } = command
  const known = knownRolesOf(connection, terminal.env)
  if (wanted !== undefined) {
    const [found, ...others] = rolesLike(wanted, known?.roles ?? [])
    if (found !== undefined && others.length === 0) return found
    const named = found === undefined ? roleOfArn(wanted) : undefined
    if (named !== undefined) return named
    if (known !== undefined && others.length > 0) return await pickOf(wanted, known, command)
    const { roles } = await command.signIn()
    return rolesLike(wanted, roles).length > 1
      ? await pickOf(wanted, { roles }, command)
      : findRole(wanted, roles)
  }
  const recents = recentRoles(connection.name, terminal.env, command.now())
  if (known !== undefined && isPickable(known, command.now())) {
    return await pickRole(asking(command), known.roles.filter(pickable), { recents })
  }
  const { roles } = await command.signIn()
  return await pickRole(asking(command), roles.filter(pickable), { recents })
}

/** Of several that fit, the person picks; without one they are told. */
async function pickOf(
  wanted: string,
  { roles }: Pick<KnownRoles, 'roles'>,
  command: RoleCommand,
): Promise<OfferedRole> {
  const fitting = rolesLike(wanted, roles)
  if (!command.ask.possible) return findRole(wanted, roles)
  const { connection, terminal } = command
  const recents = recentRoles(connection.name, terminal.env, command.now())
  const message = `Which ${wanted.slice(0, 100)}:`
  return await pickRole(command.ask, fitting, { recents, message })
}

/** Where nobody can pick, the failure says what to name. */
function asking(command: RoleCommand): Pick<RoleCommand['ask'], 'search'> {
  if (command.ask.possible) return command.ask
  return {
    search: async () => {
      throw new Failure(
        'cannotAsk',
        'no role is named, and nobody can be asked which',
        'name it, such as prod/admin, or set role in the connection; rolecall roles shows them',
      )
    },
  }
}

function isPickable({ at }: KnownRoles, now: Date): boolean {
  const age = now.getTime() - Date.parse(at)
  return age >= 0 && age < pickableMs
}

/** An ARN says all: whether the role is offered, the sign-in tells, and cached keys need none. */
function roleOfArn(text: string): OfferedRole | undefined {
  if (!text.startsWith('arn:')) return undefined
  try {
    const { partition, accountId, name } = parseRoleArn(text)
    return {
      roleArn: text,
      accountId,
      partition,
      accountName: undefined,
      roleName: name,
      principalArn: undefined,
      region: undefined,
      keys: true,
      consoleHref: undefined,
    }
  } catch {
    return undefined
  }
}

function goneRole({ roleArn }: OfferedRole): Failure {
  return new Failure(
    'noRole',
    `${roleArn} is none of the roles that you may take now`,
    'rolecall roles --refresh shows those that are',
  )
}
