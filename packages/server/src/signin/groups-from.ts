/** Groups of one username from several sources. */
import { SignInRefusal } from './refusals.ts'
import type { GroupSource } from './sources.ts'

/** All groups together, and how many each source gave. */
export interface GatheredGroups {
  readonly groups: readonly string[]
  /** `headers 2, system 3`. */
  readonly counts: string
}

/**
 * The groups that came along and those of the sources that `ids` names. Throws a `SignInRefusal`
 * when one of them cannot tell: half of the groups may be without the one that a deny names.
 */
export async function gatherGroups(
  username: string,
  own: readonly string[],
  ids: readonly string[],
  sourceOf: (id: string) => GroupSource | undefined,
): Promise<GatheredGroups> {
  const found = await Promise.all(
    ids.map(async id => {
      const source = sourceOf(id)
      if (source !== undefined) return { id, groups: await source.groupsOf(username) }
      const check = `groupsFrom ${id}`
      throw new SignInRefusal('groups-unavailable', { check, received: 'no such source' })
    }),
  )
  const all = [{ id: 'headers', groups: own.filter(group => group !== '') }, ...found]
  return {
    groups: all.flatMap(({ groups }) => groups),
    counts: all.map(({ id, groups }) => `${id} ${groups.length}`).join(', '),
  }
}
