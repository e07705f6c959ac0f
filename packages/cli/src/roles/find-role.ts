/** From what a person writes to the one role that is meant. */
import { go } from 'fuzzysort'
import { Failure } from '../failure.ts'
import type { OfferedRole } from '../sources/source.ts'
import { roleLabel, roleWord, sortedRoles } from './role-label.ts'

const longestText = 2048
const mostShown = 10

/**
 * The roles that a text may mean, by the first of these rules that any role fits: the ARN; account id and
 * role; account name and role; the role alone; a fragment of `account/role`. Case counts for nothing, but
 * a spelling that is exact wins. With a slash, the account's part begins at the beginning of a word:
 * `prod/admin` is never `nonprod/admin`.
 */
export function rolesLike(text: string, roles: readonly OfferedRole[]): readonly OfferedRole[] {
  const wanted = text.trim()
  if (wanted === '' || wanted.length > longestText) return []
  const exact = roles.filter(role => role.roleArn === wanted)
  if (exact.length > 0 || /^arn:/i.test(wanted)) return exact
  const folded = wanted.toLowerCase()
  const rules: readonly ((role: OfferedRole) => boolean)[] = [
    ({ accountId, roleName }) => `${accountId}/${roleName}` === wanted,
    role => roleLabel(role) === wanted,
    ({ accountId, roleName }) => `${accountId}/${roleName}`.toLowerCase() === folded,
    role => roleLabel(role).toLowerCase() === folded,
    ({ roleName }) => roleName === wanted,
    ({ roleName }) => roleName.toLowerCase() === folded,
    role => hasFragment(role, folded),
  ]
  for (const rule of rules) {
    const fitting = roles.filter(rule)
    if (fitting.length > 0) return fitting
  }
  return []
}

/** The one role. Throws `Failure` `noRole` with what there is when none or several fit. */
export function findRole(text: string, roles: readonly OfferedRole[]): OfferedRole {
  const [first, ...others] = rolesLike(text, roles)
  const quoted = JSON.stringify(text.slice(0, 200))
  if (first === undefined) throw noSuchRole(quoted, text, roles)
  if (others.length === 0) return first
  throw new Failure(
    'noRole',
    `${quoted} fits ${others.length + 1} roles: ${listed([first, ...others], roles)}`,
    `write one of them in full: ${roleWord(sortedRoles([first, ...others])[0] ?? first, roles)}`,
  )
}

function hasFragment(role: OfferedRole, folded: string): boolean {
  const { accountId, roleName } = role
  return [roleLabel(role), `${accountId}/${roleName}`].some(label => {
    const at = label.toLowerCase().indexOf(folded)
    if (at < 0 || !folded.includes('/')) return at >= 0
    return at === 0 || /[^\p{L}\p{N}]/u.test(label.charAt(at - 1))
  })
}

function noSuchRole(quoted: string, text: string, roles: readonly OfferedRole[]): Failure {
  if (roles.length === 0) {
    const hint = 'whoever runs the identity provider or the server has to grant you one'
    return new Failure('noRole', 'there is no role that you may take', hint)
  }
  const options = { key: roleLabel, limit: 3, threshold: 0.2 }
  const near = go(text.slice(0, 100), roles, options).map(found => roleWord(found.obj, roles))
  const hint =
    near.length > 0
      ? `did you mean ${near.join(' or ')}? rolecall roles shows all`
      : 'rolecall roles shows those that you may take'
  return new Failure('noRole', `no role of yours is called ${quoted}`, hint)
}

function listed(some: readonly OfferedRole[], all: readonly OfferedRole[]): string {
  const words = sortedRoles(some).map(role => roleWord(role, all))
  const more = words.length - mostShown
  return words.slice(0, mostShown).join(', ') + (more > 0 ? ` and ${more} more` : '')
}
