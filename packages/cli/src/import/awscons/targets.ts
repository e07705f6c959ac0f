/** The targets of the old file as accounts and grants. */
import { formatDuration, isReserved } from '@rolecall/server/config-file'
import type { Draft } from '../draft.ts'
import type { Findings, Place } from '../findings.ts'
import { type OldValue, textOf } from '../old-value.ts'
import { readTarget } from './read-target.ts'
import type { Section } from './section.ts'
import { accountKey, aliasesFor, type Target } from './target-accounts.ts'

/** What the grants have in common. */
export interface TargetPlaces {
  readonly source: string
  /** `targets.prefix` of the new file. */
  readonly prefix: string
}

const key = 'aws_config.targets'

/** Writes an account for each that a role is in, and a grant for each target. */
export function importTargets(
  section: Section,
  { source, prefix }: TargetPlaces,
  draft: Draft,
  findings: Findings,
): void {
  const entry = section.take('targets')
  if (entry === undefined) return
  if (entry.value.kind !== 'list') {
    const why = 'the targets are no list'
    findings.refused(entry, key, why, 'write accounts and grants')
    return
  }
  const targets = unique(
    counting(entry.value.items, findings).flatMap(
      ({ value, at }) => readTarget(value, at, findings) ?? [],
    ),
    findings,
  )
  const aliases = aliasesFor(targets)
  for (const target of targets) {
    const alias = aliases.get(accountKey(target)) ?? target.accountId
    if (!draft.has(['accounts', alias])) {
      const account = { id: target.accountId }
      const { partition } = target
      draft.set(['accounts', alias], partition === 'aws' ? account : { ...account, partition })
    }
    draft.add(['grants'], grantOf(target, alias, source, prefix, findings), commentOf(target))
  }
}

/** Without those whose service a later one has: the last one counted. */
function counting(
  items: readonly OldValue[],
  findings: Findings,
): readonly { readonly value: OldValue; readonly at: string }[] {
  const last = new Map<string, { readonly index: number; readonly place: Place }>()
  const serviceOf = (value: OldValue): string | undefined =>
    value.kind === 'map' ? (textOf(value.entries.get('service')?.value) ?? 'no_name') : undefined
  for (const [index, value] of items.entries()) {
    const service = serviceOf(value)
    if (service !== undefined) last.set(service, { index, place: value })
  }
  return items.flatMap((value, index) => {
    const service = serviceOf(value)
    const later = service === undefined ? undefined : last.get(service)
    const at = `${key}[${index}]`
    if (later === undefined || later.index === index) return [{ value, at }]
    const why = `line ${later.place.line} has the same service, and the last one counted`
    findings.changed(value, at, undefined, why)
    return []
  })
}

/** Names of grants are unique; in an account a role has one path, so that one of two cannot be there. */
function unique(targets: readonly Target[], findings: Findings): readonly Target[] {
  const names = new Set<string>()
  const roles = new Map<string, string>()
  return targets.flatMap(target => {
    const role = `${accountKey(target)}:${target.role.split('/').at(-1)}`
    const other = roles.get(role)
    if (other !== undefined && other !== target.role) {
      const why = `another target has this role as ${other}: role names are unique in an account`
      findings.refused(target.places.target, target.at, why, 'look which ARN is right')
      return []
    }
    roles.set(role, target.role)
    let { name } = target
    for (let count = 2; names.has(name); count += 1) name = `${target.name.slice(0, 58)}-${count}`
    names.add(name)
    return [{ ...target, name }]
  })
}

function grantOf(
  target: Target,
  alias: string,
  source: string,
  prefix: string,
  findings: Findings,
): Readonly<Record<string, unknown>> {
  const { service, groups, role, seconds } = target
  const isPath = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(service)
  const isTaken = prefix === '' && isReserved(service)
  const path = isPath && !isTaken ? { path: service } : {}
  const now = `grants: ${target.name}`
  if (target.places.service !== undefined) {
    const at = `${target.at}.service`
    if (!isPath) {
      const why = 'a short address ends in letters, digits, dots, dashes and underscores'
      findings.refused(target.places.service, at, why, 'choose a `path` for the grant')
    } else if (isTaken) {
      const why = `the gateway answers at /${service} itself`
      const todo = 'choose another `path` for the grant, or set `targets.prefix`'
      findings.refused(target.places.service, at, why, todo)
    } else findings.kept(target.places.service, at, `${now}.path`)
  }
  return {
    name: target.name,
    sources: [source],
    ...(groups.length === 0 ? {} : { groups }),
    account: alias,
    role,
    duration: formatDuration(seconds),
    ...path,
  }
}

function commentOf({ places, groups }: Target): string {
  const { file, line } = places.target
  return `${file}:${line}${groups.length === 0 ? '\nNo groups: everyone who signs in may take it, as before.' : ''}`
}
