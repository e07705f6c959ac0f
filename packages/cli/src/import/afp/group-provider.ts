/** Providers that gave roles by the groups of a person. */
import type { Draft } from '../draft.ts'
import type { Findings, Place } from '../findings.ts'
import { entryAt, type OldMap, textOf } from '../old-value.ts'
import { importDirectory } from './directory.ts'
import { importApi, type MountNames } from './federation-api.ts'
import { groupPattern } from './group-pattern.ts'
import { readUserHeader } from './user-header.ts'

/** The id of the trusted-header source; one serves every mount that reads the same header. */
const headerSource = 'proxy'

/** Writes a header source, a source of its groups, a grant and a federation API for people. */
export function importGroupProvider(
  kind: 'grp' | 'sssd' | 'ldap',
  config: OldMap,
  names: MountNames,
  draft: Draft,
  findings: Findings,
): void {
  const regex = entryAt(config, ['provider', 'regex'])
  const text = textOf(regex?.value)
  if (regex === undefined || text === undefined) {
    const place = regex ?? entryAt(config, ['provider']) ?? config
    const why = 'there is no pattern: the old program failed for everyone'
    findings.refused(place, 'provider.regex', why, 'write a grant with `groupPattern`')
    return
  }
  const read = groupPattern(text)
  if ('refused' in read) {
    findings.refused(regex, 'provider.regex', read.refused, read.todo)
    return
  }
  const groupsFrom = kind === 'ldap' ? importDirectory(config, draft, findings) : 'system'
  if (groupsFrom === undefined) return
  const source = readUserHeader(config, { id: headerSource, groupsFrom }, draft, findings)
  if (source === undefined) return
  draft.add(
    ['grants'],
    { name: names.grant, sources: [source], groupPattern: read.pattern },
    `${regex.file}:${regex.line}\nThe named groups say the alias of the account and the role.`,
  )
  const { stricter } = read
  if (stricter === undefined) findings.kept(regex, 'provider.regex', `grants: ${names.grant}`)
  else {
    const why = `${stricter.why}. A name that no longer matches: ${stricter.example}`
    const todo = 'look for such groups before you move people over'
    findings.changed(regex, 'provider.regex', `grants: ${names.grant}`, why, todo)
  }
  importApi(names, { for: 'people', sources: [source] }, draft, findings)
  tellOfGroups(kind, entryAt(config, ['provider', 'module']) ?? regex, groupsFrom, findings)
}

function tellOfGroups(
  kind: 'grp' | 'sssd' | 'ldap',
  place: Place,
  groupsFrom: string,
  findings: Findings,
): void {
  const now = `signIn.headers.groupsFrom: ${groupsFrom}`
  if (kind !== 'grp') {
    findings.kept(place, 'provider.module', now)
    return
  }
  const why =
    "a person's primary group counts now too, and a name must be written as the system writes it; the old provider left the primary group out and took any case"
  const todo =
    'make sure that no primary group (`id -gn NAME`) has a name like those of the pattern'
  findings.changed(place, 'provider.module', now, why, todo)
}
