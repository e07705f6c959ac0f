import type { DiscoveryConfig } from './discovery-config.ts'
import { parseDuration } from './duration.ts'
import { readRoleReference } from './role-reference.ts'
import type { ConfigFile } from './schema.ts'

/** `discovery` of a file in which no check found a problem. */
export function buildDiscovery({ discovery }: ConfigFile): DiscoveryConfig | undefined {
  if (discovery === undefined) return undefined
  const { organizations, roles, keep } = discovery
  return {
    organizations: organizations && {
      role: organizations.role,
      externalId: organizations.externalId,
      everyMs: milliseconds(organizations.every),
      tags: organizations.tags,
      exclude: organizations.exclude,
    },
    roles: roles && {
      ...reader(roles.role),
      externalId: roles.externalId,
      everyMs: milliseconds(roles.every),
      pathPrefix: roles.pathPrefix,
      tags: roles.tags,
      tagsEveryMs: milliseconds(roles.tagsEvery),
    },
    keepMs: milliseconds(keep),
  }
}

function reader(text: string): { readonly path: string; readonly name: string } {
  const role = readRoleReference(text)
  if (role === undefined) throw new Error('a role was checked but cannot be read')
  return { path: role.path, name: role.name }
}

function milliseconds(value: string | number): number {
  const seconds = parseDuration(value)
  if (seconds === undefined) throw new Error('a time span was checked but cannot be read')
  return seconds * 1000
}
