import { parseRoleArn } from '@rolecall/aws'
import type { Findings } from '../findings.ts'
import { type OldEntry, type OldValue, textOf, textsOf } from '../old-value.ts'
import { createSection } from './section.ts'
import type { Target } from './target-accounts.ts'

/** AWS: DurationSeconds of AssumeRole. */
const bounds = { least: 900, most: 43_200 }

/** One target, or undefined, and told, when nobody could take its role or we cannot say who may. */
export function readTarget(value: OldValue, at: string, findings: Findings): Target | undefined {
  if (value.kind !== 'map') {
    const why = 'this is no dictionary of literals'
    findings.refused(value, at, why, 'write the grant by hand')
    return undefined
  }
  const section = createSection(at, value, findings)
  const entries = {
    service: section.take('service'),
    role: section.take('role'),
    duration: section.take('duration'),
    groups: section.take('groups'),
    attrs: section.take('attrs'),
  }
  section.rest()
  const role = readRole(entries.role, value, at, findings)
  const seconds = readDuration(entries.duration, at, findings)
  const attrs = readAttrs(entries.attrs, at, findings)
  // A value that cannot be known must not become "everyone".
  const isUnknown = value.entries.has('groups') && entries.groups === undefined
  const groups = isUnknown ? undefined : readGroups(entries.groups, value, at, findings)
  const isAttrsUnknown = value.entries.has('attrs') && entries.attrs === undefined
  if (role === undefined || groups === undefined || !attrs || isAttrsUnknown) return undefined
  const service = textOf(entries.service?.value) ?? 'no_name'
  const name = service.replace(/[\p{Cc}\p{Cf}]/gu, '?').slice(0, 64) || 'no_name'
  if (entries.role !== undefined) findings.kept(entries.role, `${at}.role`, `grants: ${name}.role`)
  if (groups.length > 0 && entries.groups !== undefined) {
    findings.kept(entries.groups, `${at}.groups`, `grants: ${name}.groups`)
  }
  if (groups.length === 0) {
    const place = entries.groups ?? value
    findings.kept(place, `${at}.groups`, `grants: ${name} (everyone who signs in)`)
    findings.ask(
      `grants: ${name}.groups`,
      `May everyone who signs in take ${role.role} in ${role.accountId}? The target has no groups.`,
      'yes, as before',
    )
  }
  const places = { target: value, service: entries.service }
  return { ...role, service, name, seconds, groups, at, places }
}

function readRole(
  entry: OldEntry | undefined,
  target: OldValue,
  at: string,
  findings: Findings,
): Pick<Target, 'role' | 'accountId' | 'partition'> | undefined {
  try {
    const { partition, accountId, path, name } = parseRoleArn(textOf(entry?.value) ?? '')
    return { role: `${path}${name}`.slice(1), accountId, partition }
  } catch {
    const why = 'this is no role ARN, so that nobody could take the role'
    const todo = 'write the grant with arn:aws:iam::123456789012:role/NAME'
    findings.refused(entry ?? target, `${at}.role`, why, todo)
    return undefined
  }
}

function readDuration(entry: OldEntry | undefined, at: string, findings: Findings): number {
  const { least, most } = bounds
  const key = `${at}.duration`
  if (entry === undefined) return 3600
  if (entry.value.kind !== 'number') {
    findings.changed(entry, key, 'duration', 'this is no number of seconds: one hour is taken')
    return 3600
  }
  const { value } = entry.value
  const seconds = Math.min(Math.max(Math.round(value), least), most)
  if (seconds !== value) {
    const why = `AWS takes ${least} to ${most} seconds, whole ones: nobody could take the role`
    findings.changed(entry, key, 'duration', why)
  } else if (seconds > 3600) {
    const why =
      "it is shortened to the role's maximum session duration, and to one hour when the gateway's own credentials are those of a role; the old program failed then"
    findings.changed(entry, key, 'duration', why)
  } else findings.kept(entry, key, 'duration')
  return seconds
}

/** undefined: it cannot be said who may. */
function readGroups(
  entry: OldEntry | undefined,
  target: OldValue,
  at: string,
  findings: Findings,
): readonly string[] | undefined {
  if (entry === undefined) return []
  const groups = textsOf(entry.value)
  if (groups?.every(group => group !== '') === true) return [...new Set(groups)]
  const why =
    entry.value.kind === 'text'
      ? 'the groups are a text: the old program compared its single characters'
      : 'the groups are no list of names'
  findings.refused(entry, `${at}.groups`, why, 'write the grant with `groups: [NAME]`')
  return target.kind === 'map' ? undefined : []
}

/** Whether nothing forbids the import. */
function readAttrs(entry: OldEntry | undefined, at: string, findings: Findings): boolean {
  if (entry === undefined) return true
  const names = textsOf(entry.value)
  if (names?.length === 0) {
    findings.kept(entry, `${at}.attrs`, 'no condition')
    return true
  }
  const test = (names ?? ['NAME'])
    .map(name => `${JSON.stringify(name.slice(0, 60))} in principal.attributes`)
    .join(' || ')
  const why = 'the old program failed for everyone who passed the groups of a target with attrs'
  const todo = `write the grant with when: ${JSON.stringify(test)}`
  findings.refused(entry, `${at}.attrs`, why, todo)
  return false
}
