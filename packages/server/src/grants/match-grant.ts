/** Whether one rule holds for one principal, and why. */
import type { Grant, Principal } from '../nouns.ts'

/** A sentence that says why the grant holds for this principal; undefined when it does not. */
export function matchGrant(principal: Principal, grant: Grant): string | undefined {
  if (grant.sources !== undefined && !grant.sources.includes(principal.source)) return undefined
  const by = `by grant ${quote(grant.name)} (line ${grant.line})`
  if (grant.users.includes(principal.username)) return `user ${quote(principal.username)} ${by}`
  const group = grant.groups.find(name => principal.groups.includes(name))
  if (group !== undefined) return `group ${quote(group)} ${by}`
  if (grant.users.length === 0 && grant.groups.length === 0) return `everyone signed in ${by}`
  return undefined
}

/** What a grant asks for, for people: `group "a" or "b", or user "c", from source "corp"`. */
export function describeGrant(grant: Grant): string {
  const parts: string[] = []
  if (grant.groups.length > 0) parts.push(`group ${grant.groups.map(quote).join(' or ')}`)
  if (grant.users.length > 0) parts.push(`user ${grant.users.map(quote).join(' or ')}`)
  if (parts.length === 0) parts.push('everyone signed in')
  const from =
    grant.sources === undefined ? '' : `, from source ${grant.sources.map(quote).join(' or ')}`
  return `grant ${quote(grant.name)} (line ${grant.line}): ${parts.join(', or ')}${from}`
}

function quote(text: string): string {
  return JSON.stringify(text)
}
