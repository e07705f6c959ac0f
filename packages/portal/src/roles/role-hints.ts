import type { RoleView } from '@rolecall/server/api'

/** What one should know of a role before it is opened: `console only`, its region, the page that opens. */
export function roleHints(role: RoleView): readonly string[] {
  const hints: string[] = []
  if (!role.forms.includes('credentials')) hints.push('console only')
  if (!role.forms.includes('console')) hints.push('keys only')
  if (role.region !== undefined) hints.push(role.region)
  if (role.destination !== undefined) hints.push(`opens ${pageOf(role.destination)}`)
  return hints
}

/** `/s3/buckets` of an address of the console. */
function pageOf(destination: string): string {
  const { pathname, hostname } = new URL(destination)
  return pathname === '/' ? hostname : pathname
}
