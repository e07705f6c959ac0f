import type { OfferedRole } from '../sources/source.ts'

/** What people call a role: `prod/Admin`, or `123456789012/Admin` when its account has no name. */
export function roleLabel({ accountName, accountId, roleName }: OfferedRole): string {
  return `${accountName ?? accountId}/${roleName}`
}

/** A word for the command line that means this role and, among these, no other. */
export function roleWord(role: OfferedRole, roles: readonly OfferedRole[]): string {
  const label = roleLabel(role)
  const same = (text: string) => text.toLowerCase() === label.toLowerCase()
  const isPlain = /^[\w@%+=:,./-]+$/.test(label) && label.split('/').length === 2
  if (isPlain && roles.filter(one => same(roleLabel(one))).length <= 1) return label
  const short = `${role.accountId}/${role.roleName}`
  const isOne = roles.filter(one => `${one.accountId}/${one.roleName}` === short).length <= 1
  return isOne ? short : role.roleArn
}

/** By name of account and role, as people read a list; the order of servers has no meaning. */
export function sortedRoles(roles: readonly OfferedRole[]): readonly OfferedRole[] {
  const compare = new Intl.Collator('en', { numeric: true }).compare
  return [...roles].sort(
    (a, b) => compare(roleLabel(a), roleLabel(b)) || compare(a.roleArn, b.roleArn),
  )
}
