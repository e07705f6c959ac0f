/** The new text of `~/.aws/config` with a profile for each role, and what is new in it. */

import { profileOf } from '../files/ini-names.ts'
import { linesOutside, replaceBlock } from '../files/managed-block.ts'
import type { OfferedRole } from '../sources/source.ts'
import { commandLine } from './process-command.ts'
import { type BlockProfile, blockLines, marksOf, readBlock } from './profile-block.ts'
import { checkFormat, defaultFormat } from './profile-format.ts'
import { type NamedRole, uniqueNames } from './unique-names.ts'

/** One connection's profiles. */
export interface ProfileWish {
  readonly connection: string
  readonly roles: readonly OfferedRole[]
  /** Of the connection: for roles that have none. */
  readonly region: string | undefined
  /** Undefined: that of the block, else `{account}-{role}`. */
  readonly format: string | undefined
  /** Goes before it. Undefined: that of the block, else none. */
  readonly prefix: string | undefined
  /** What starts this command. */
  readonly command: readonly string[]
  /** More words behind the role, such as the file of connections. */
  readonly extra: readonly string[]
}

/** A profile of the block, and how it came there. */
export interface PlannedProfile extends NamedRole {
  readonly state: 'new' | 'changed' | 'same'
}

/** What becomes of a connection's block. */
export interface ProfilePlan {
  readonly connection: string
  readonly text: string
  readonly profiles: readonly PlannedProfile[]
  readonly removed: readonly string[]
  readonly skipped: readonly { readonly role: OfferedRole; readonly why: string }[]
  readonly notes: readonly string[]
}

/** Plans one connection's block. `file` is for messages. Throws `Failure` `usage`, `configuration`, `refused`. */
export function planProfiles(text: string, file: string, wish: ProfileWish): ProfilePlan {
  const { connection } = wish
  const marks = marksOf(connection)
  const old = readBlock(text, connection, file)
  const prefix = wish.prefix ?? old?.prefix ?? ''
  const format = wish.format ?? (old?.format || defaultFormat)
  const outside = profilesOutside(text, connection, file)
  const withKeys = wish.roles.filter(role => role.keys)
  const names = uniqueNames(withKeys, {
    ...{ format: checkFormat(prefix + format), connection },
    taken: profile => {
      const line = outside.get(profile)
      return line === undefined
        ? undefined
        : `${file}, line ${line}, has a profile ${profile} of its own`
    },
  })
  const fresh = names.named.map(({ profile, role }) => settingsOf(profile, role, wish))
  const kept = new Set(fresh.map(({ profile }) => profile))
  const before = new Map(old?.profiles.map(one => [one.profile, one]))
  return Object.freeze({
    connection,
    text: replaceBlock(text, marks, blockLines({ prefix, format, profiles: fresh }), file),
    profiles: names.named.map((named, at) => ({
      ...named,
      state: stateOf(before.get(named.profile), fresh[at]),
    })),
    removed: [...before.keys()].filter(name => !kept.has(name)),
    skipped: names.skipped,
    notes: names.notes,
  })
}

function settingsOf(profile: string, role: OfferedRole, wish: ProfileWish): BlockProfile {
  const same = wish.roles.filter(
    ({ accountId, roleName }) => accountId === role.accountId && roleName === role.roleName,
  )
  const name = same.length === 1 ? `${role.accountId}/${role.roleName}` : role.roleArn
  const which = wish.connection.startsWith('-')
    ? [`--connection=${wish.connection}`]
    : ['-a', wish.connection]
  const words = [...wish.command, 'credentials', name, ...which, ...wish.extra]
  const region = role.region ?? wish.region
  return {
    profile,
    settings: {
      credential_process: commandLine(words),
      ...(region !== undefined && { region }),
    },
  }
}

function stateOf(
  before: BlockProfile | undefined,
  now: BlockProfile | undefined,
): PlannedProfile['state'] {
  if (before === undefined) return 'new'
  return JSON.stringify(before.settings) === JSON.stringify(now?.settings) ? 'same' : 'changed'
}

/** Profiles that are not in this connection's block, and the line of each. */
function profilesOutside(
  text: string,
  connection: string,
  file: string,
): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  for (const { line, number } of linesOutside(text, marksOf(connection), file)) {
    const profile = line.kind === 'section' ? profileOf(line.section ?? '') : undefined
    if (profile !== undefined) found.set(profile, number)
  }
  return found
}
