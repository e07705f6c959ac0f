/** Profile names that differ from each other and from those that are taken. */
import { roleLabel } from '../roles/role-label.ts'
import type { OfferedRole } from '../sources/source.ts'
import { profileName } from './profile-format.ts'

/** A role and what its profile is called. */
export interface NamedRole {
  readonly profile: string
  readonly role: OfferedRole
}

/** The profiles to write, sorted, and what was not as simple as that. */
export interface UniqueNames {
  readonly named: readonly NamedRole[]
  readonly skipped: readonly { readonly role: OfferedRole; readonly why: string }[]
  readonly notes: readonly string[]
}

/** What is told of the names. */
export interface NamingOptions {
  readonly format: string
  readonly connection: string
  /** Why a name is not to be had; undefined: it is free. */
  readonly taken: (profile: string) => string | undefined
}

/**
 * Names every role. Roles that would be called the same all get the id of their account behind it, and it is
 * told; one whose name is taken, or still not its own, is skipped.
 */
export function uniqueNames(roles: readonly OfferedRole[], options: NamingOptions): UniqueNames {
  const byName = Map.groupBy(roles, role => profileName(options.format, role, options.connection))
  const named: NamedRole[] = []
  const skipped: { role: OfferedRole; why: string }[] = []
  const notes: string[] = []
  for (const [profile, same] of byName) {
    const mine = same.map(role => ({
      role,
      profile: same.length === 1 ? profile : `${profile}-${role.accountId}`,
    }))
    if (same.length > 1) {
      const list = mine.map(one => `${roleLabel(one.role)} is ${one.profile}`).join(', ')
      notes.push(`${same.length} roles would be called ${profile}: ${list}`)
    }
    named.push(...mine)
  }
  const seen = new Set<string>()
  const kept = named.filter(({ profile, role }) => {
    const why = seen.has(profile)
      ? `another role is called ${profile}`
      : profile === 'default'
        ? 'it would be the default profile of every program'
        : options.taken(profile)
    if (why !== undefined) skipped.push({ role, why })
    seen.add(profile)
    return why === undefined
  })
  return { named: kept.sort((a, b) => (a.profile < b.profile ? -1 : 1)), skipped, notes }
}
