/** The picker: roles searched while the person types, those of late first. */
import { go, snapshot } from 'fuzzysort'
import type { Choice } from '../ask/ask.ts'
import type { SearchingAsk } from '../ask/create-ask.ts'
import { Failure } from '../failure.ts'
import type { OfferedRole } from '../sources/source.ts'
import { roleLabel, sortedRoles } from './role-label.ts'

/** What the picker knows besides the roles. */
export interface PickOptions {
  /** ARNs, the likeliest first. */
  readonly recents: readonly string[]
  readonly message?: string | undefined
}

const mostShown = 200

/**
 * The role that the person picks; the only one there is without a question. Throws `Failure` `noRole` when
 * there is none, `cannotAsk` and `interrupted` as {@link SearchingAsk} does.
 */
export async function pickRole(
  ask: Pick<SearchingAsk, 'search'>,
  roles: readonly OfferedRole[],
  { recents, message = 'Role:' }: PickOptions,
): Promise<OfferedRole> {
  const [first, ...others] = roles
  if (first === undefined) {
    const hint = 'whoever runs the identity provider or the server has to grant you one'
    throw new Failure('noRole', 'there is no role that you may take', hint)
  }
  if (others.length === 0) return first
  return await ask.search({ message, find: roleFinder(roles, recents) })
}

/** What the picker shows for a text: of an empty one the recent roles, then all by name. */
export function roleFinder(
  roles: readonly OfferedRole[],
  recents: readonly string[],
): (text: string) => readonly Choice<OfferedRole>[] {
  const rank = new Map(recents.map((arn, index) => [arn, index]))
  const rankOf = ({ roleArn }: OfferedRole) => rank.get(roleArn) ?? recents.length
  // The sort keeps the order of names where the rank is the same.
  const ordered = [...sortedRoles(roles)].sort((a, b) => rankOf(a) - rankOf(b))
  const searched = snapshot(ordered, { key: searchText })
  const choices = (some: readonly OfferedRole[]) => some.map(choice)

  return text => {
    if (text.trim() === '') return choices(ordered.slice(0, mostShown))
    const found = go(text.trim(), searched, {
      limit: mostShown,
      threshold: 0.1,
      // One that was taken lately is a little better than one that fits as well.
      scoreFn: result => result.score * (rank.has(result.obj.roleArn) ? 1.1 : 1),
    })
    return choices(found.map(result => result.obj))
  }
}

const searchText = (role: OfferedRole): string => `${roleLabel(role)} ${role.accountId}`

function choice(role: OfferedRole): Choice<OfferedRole> {
  const account = role.accountName === undefined ? '' : role.accountId
  const note = [account, role.keys ? '' : 'console only'].filter(Boolean).join(', ')
  return { value: role, label: roleLabel(role), ...(note === '' ? {} : { note }) }
}
