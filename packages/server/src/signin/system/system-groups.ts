/** The groups that this machine knows people to be in. */
import { systemGroups } from '../../config/index.ts'
import { SignInRefusal } from '../refusals.ts'
import type { GroupSource } from '../sources.ts'
import { readAccount, type SystemAccount, type SystemPrograms } from './read-account.ts'

/** What an answer is good for: somebody who was taken out of a group may keep it this long. */
const lifeMs = 60_000
const mostKept = 10_000

/** How the machine is asked. */
export interface SystemGroupsOptions extends SystemPrograms {
  readonly now: () => Date
  /** Told of names that are no account, once in the life of an answer, and of failures. */
  readonly warn: (message: string) => void
}

/** The source `system`: asked once a minute for a name, at once for all who wait for it. */
export function createSystemGroups(options: SystemGroupsOptions): GroupSource {
  const { now, warn } = options
  const kept = new Map<string, { readonly until: number; readonly groups: Promise<Groups> }>()

  async function read(username: string): Promise<Groups> {
    const account = await readAccount(username, options)
    if (account === undefined) {
      warn(`system groups: this machine has no account ${JSON.stringify(username)}`)
      return []
    }
    return account.groups
  }

  async function ask(username: string): Promise<Groups> {
    try {
      return await read(username)
    } catch (error) {
      kept.delete(username)
      const received = error instanceof Error ? error.message : String(error)
      warn(`system groups: ${received}`)
      throw new SignInRefusal('groups-unavailable', { check: 'groupsFrom system', received })
    }
  }

  return Object.freeze({
    id: systemGroups,
    groupsOf(username: string) {
      const at = now().getTime()
      const known = kept.get(username)
      if (known !== undefined && at < known.until && at >= known.until - lifeMs) return known.groups
      const groups = ask(username)
      kept.delete(username)
      kept.set(username, { until: at + lifeMs, groups })
      const [oldest] = kept.keys()
      if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest)
      return groups
    },
  })
}

type Groups = SystemAccount['groups']
