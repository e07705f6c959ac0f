/** What of the facts counts at a moment: nothing that is older than is allowed. */
import type { Account, KnownRole } from '../nouns.ts'
import type { OrganizationFacts, RolesFacts, Tagged } from './facts.ts'
import type { Reading } from './subject.ts'

/** What counts, and until when it may stay as it is (milliseconds since 1970). */
export interface Fresh<T> {
  readonly items: readonly T[]
  readonly until: number
}

/** How old what counts may be, and whether it needs tags that were read. */
export interface Freshness {
  readonly at: number
  readonly keepMs: number
  readonly needsTags: boolean
}

/**
 * The roles that count; undefined when they were not read in time. With tags a role counts while its tags do: that it
 * has none is known of it only when they were read.
 */
export function freshRoles(
  reading: Reading<RolesFacts> | undefined,
  rules: Freshness,
): Fresh<KnownRole> | undefined {
  return fresh(reading, reading?.facts.roles ?? [], rules, role =>
    Object.freeze({
      arn: role.arn,
      name: role.name,
      path: role.path,
      description: role.description,
      tags: role.tags && Object.freeze({ ...role.tags }),
      maxSessionSeconds: role.maxSessionSeconds,
    }),
  )
}

/** The accounts of an organization that count, without their aliases. */
export function freshAccounts(
  reading: Reading<OrganizationFacts> | undefined,
  rules: Freshness,
): Fresh<Pick<Account, 'id' | 'name' | 'tags'>> | undefined {
  const usable = reading?.facts.accounts.filter(({ isActive }) => isActive) ?? []
  return fresh(reading, usable, rules, ({ id, name, tags }) => ({
    id,
    name,
    tags: tags && { ...tags },
  }))
}

function fresh<From extends Tagged, To>(
  reading: Reading<unknown> | undefined,
  facts: readonly From[],
  { at, keepMs, needsTags }: Freshness,
  make: (fact: From) => To,
): Fresh<To> | undefined {
  // What was read later than now was read by a clock that has been set back since.
  if (reading === undefined || reading.readAt > at || at >= reading.readAt + keepMs) {
    return undefined
  }
  let until = reading.readAt + keepMs
  const items: To[] = []
  for (const fact of facts) {
    if (needsTags) {
      const { tagsReadAt } = fact
      if (tagsReadAt === undefined || tagsReadAt > at || at >= tagsReadAt + keepMs) continue
      until = Math.min(until, tagsReadAt + keepMs)
    }
    items.push(make(fact))
  }
  return { items, until }
}
