/** Makes the rules of `grants` from entries in which no check found a problem. */
import { parseDuration } from './duration.ts'
import type { AccountSelector, GrantRule, GrantTarget, RoleSelector } from './grant-rule.ts'
import { parseTemplate, type Template } from './grant-template.ts'
import { readNamePattern } from './name-pattern.ts'
import type { Report } from './report.ts'
import { readRoleReference } from './role-reference.ts'
import type { GrantEntry } from './sections.ts'

/** The rules in the order of the file; `policies` are the texts of session policies by place. */
export function buildGrants(
  file: string,
  entries: readonly GrantEntry[],
  policies: ReadonlyMap<number, string>,
  report: Report,
): readonly GrantRule[] {
  return entries.map((entry, index) => ({
    name: entry.name,
    file,
    line: report.lineOf(['grants', index]),
    effect: entry.effect,
    groups: entry.groups,
    users: entry.users,
    allGroups: entry.allGroups,
    sources: entry.sources,
    groupPattern: entry.groupPattern,
    roleTags: entry.roleTags && {
      groups: entry.roleTags.groups,
      users: entry.roleTags.users,
      separator: entry.roleTags.separator,
    },
    machines: entry.machines && {
      name: entry.machines.name,
      preset: entry.machines.preset,
      domains: entry.machines.domains?.map(domain => domain.toLowerCase()),
      networks: entry.machines.networks,
    },
    when: entry.when,
    target: targetOf(entry),
    durationSeconds: parseDuration(entry.duration) ?? 3600,
    forms: [...new Set(entry.deliver)],
    policy: policies.get(index),
    policyArns: entry.policyArns,
    tags: Object.entries(entry.tags).map(([key, value]) => ({ key, value })),
    transitiveTagKeys: entry.transitiveTags,
    sourceIdentity: entry.sourceIdentity,
    destination: entry.destination,
    region: entry.region,
    path: entry.path,
  }))
}

/** Whether the entry has a pattern that cannot be read, so that its groups are not known. */
export function hasUnreadPattern({ groupPattern, machines }: GrantEntry): boolean {
  const text = groupPattern ?? machines?.name
  return text !== undefined && 'problem' in readNamePattern(text)
}

/** The named groups of the entry's pattern, which may stand in its account and role. */
export function capturedGroups({ groupPattern, machines }: GrantEntry): readonly string[] {
  if (machines?.preset !== undefined) return ['role']
  const text = groupPattern ?? machines?.name
  const pattern = text === undefined ? undefined : readNamePattern(text)
  return pattern === undefined || 'problem' in pattern ? [] : pattern.groups
}

/** What `account` says, or its default; undefined when it has none. */
export function accountTexts(entry: GrantEntry): readonly string[] | undefined {
  const { account } = entry
  if (account === undefined) return defaultTexts(entry, 'account')
  if (typeof account === 'string') return [account]
  return Array.isArray(account) ? account : []
}

/** What `role` says, or its default; undefined when it has none. */
export function roleTexts(entry: GrantEntry): readonly string[] | undefined {
  const { role } = entry
  if (role === undefined) return defaultTexts(entry, 'role')
  return typeof role === 'string' ? [role] : role
}

function defaultTexts(entry: GrantEntry, key: string): readonly string[] | undefined {
  if (capturedGroups(entry).includes(key)) return [`{${key}}`]
  return entry.roleTags !== undefined || entry.effect === 'deny' ? ['*'] : undefined
}

/** Whether the entry means every role of every account, without saying so by `"*"`. */
function meansEverything(entry: GrantEntry): boolean {
  if (entry.effect !== 'deny' || entry.account !== undefined || entry.role !== undefined)
    return false
  const groups = capturedGroups(entry)
  return !groups.includes('account') && !groups.includes('role')
}

function targetOf(entry: GrantEntry): GrantTarget {
  if (meansEverything(entry)) return { kind: 'everything' }
  const roles = roleTexts(entry) ?? []
  const arns = roles.map(readRoleReference).flatMap(role => (role?.kind === 'arn' ? role : []))
  if (arns.length > 0) return { kind: 'arns', roles: arns.map(({ kind: _kind, ...arn }) => arn) }
  return { kind: 'roles', accounts: accountsOf(entry), roles: rolesOf(roles) }
}

function accountsOf(entry: GrantEntry): AccountSelector {
  const { account } = entry
  if (typeof account === 'object' && !Array.isArray(account)) {
    return { kind: 'tagged', tags: account.tags }
  }
  const texts = accountTexts(entry) ?? []
  return texts.includes('*') ? { kind: 'all' } : { kind: 'named', names: texts.map(template) }
}

function rolesOf(texts: readonly string[]): RoleSelector {
  return texts.includes('*') ? { kind: 'all' } : { kind: 'named', names: texts.map(template) }
}

function template(text: string): Template {
  const parsed = parseTemplate(text)
  if (parsed === undefined) throw new Error(`a text was checked but cannot be read: ${text}`)
  return parsed
}
