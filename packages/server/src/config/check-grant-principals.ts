/** Whom a grant is for. */
import { localSource } from '../nouns.ts'
import { readCondition } from './expression.ts'
import type { KeyPath } from './key-path.ts'
import { readNamePattern } from './name-pattern.ts'
import { suggestion } from './nearest.ts'
import { readNetwork } from './networks.ts'
import type { Report } from './report.ts'
import type { GrantEntry, Sections } from './sections.ts'
import { declaredSources, hasUnreadSources } from './sign-in-sources.ts'

/** The ways to say whom a grant is for; one of them at a time, but for `groups` beside `users`. */
const ways = ['groups', 'users', 'groupPattern', 'roleTags', 'machines'] as const

/** Reports patterns and conditions that cannot be read, and words that do not go together. */
export function checkGrantPrincipals(grant: GrantEntry, index: number, report: Report): void {
  const at = (...keys: KeyPath): KeyPath => ['grants', index, ...keys]
  checkWays(grant, index, report)
  const { groupPattern, machines, roleTags, when } = grant
  if (groupPattern !== undefined) checkPattern(groupPattern, at('groupPattern'), report)
  if (when !== undefined) {
    const read = readCondition(when)
    if ('problem' in read) report.problem(at('when'), read.problem, read.remedy)
  }
  if (roleTags !== undefined && roleTags.groups === undefined && roleTags.users === undefined) {
    const remedy = 'name `groups`, `users` or both: `roleTags: {groups: "rolecall:groups"}`'
    report.problem(at('roleTags'), 'no tag is named', remedy)
  }
  if (machines === undefined) return
  if (machines.name !== undefined) checkPattern(machines.name, at('machines', 'name'), report)
  if (machines.name !== undefined && machines.preset !== undefined) {
    const remedy = 'keep one of the two'
    report.problem(at('machines', 'preset'), '`preset` stands in place of `name`', remedy)
  }
  if (Object.keys(machines).length === 0) {
    const remedy = 'name `name`, `domains` or `networks`, unless that is what you want'
    report.warning(at('machines'), 'every machine with a confirmed name may take this role', remedy)
  }
  for (const [place, network] of (machines.networks ?? []).entries()) {
    if (readNetwork(network) !== undefined) continue
    const remedy = 'write an IP address (`10.0.0.7`) or a network (`10.0.0.0/8`)'
    report.problem(at('machines', 'networks', place), 'not an address or network', remedy)
  }
}

function checkWays(grant: GrantEntry, index: number, report: Report): void {
  const used = ways.filter(way => {
    const said = grant[way]
    return said !== undefined && !(Array.isArray(said) && said.length === 0)
  })
  const [first, second] = used.filter(way => way !== 'users' || !used.includes('groups'))
  if (first !== undefined && second !== undefined) {
    const message = `\`${second}\` does not go together with \`${first}\``
    const remedy = 'write two grants; `allGroups`, `sources` and `when` narrow any of them'
    report.problem(['grants', index, second], message, remedy)
  }
  if (grant.machines !== undefined && grant.allGroups.length > 0) {
    report.problem(['grants', index, 'allGroups'], 'machines have no groups', 'remove it')
  }
  if (used.length > 0 || grant.allGroups.length > 0) return
  if (grant.effect === 'deny') {
    const remedy = 'name `groups` or `users`, unless that is what you want'
    const message = 'nobody is named, so that it denies everybody, machines too'
    report.warning(['grants', index], message, remedy)
  } else {
    const remedy = 'name `groups` or `users`, unless that is what you want'
    const message = 'everyone who can sign in may take this role'
    report.warning(['grants', index], message, remedy)
  }
}

function checkPattern(text: string, path: KeyPath, report: Report): void {
  const read = readNamePattern(text)
  if ('problem' in read) report.problem(path, read.problem, read.remedy)
}

/** Reports sources that are not there, and grants that must name theirs. */
export function checkGrantSources(
  grant: GrantEntry,
  index: number,
  sections: Sections,
  report: Report,
): void {
  const listed = declaredSources(sections).map(({ id }) => id)
  if (grant.sources === undefined) {
    // What everybody is denied, and what machines get, hangs on no source's word.
    if (grant.effect === 'deny' || grant.machines !== undefined) return
    if (listed.length > 1) {
      const message = 'with several sign-in sources a grant must say whose word counts'
      report.problem(['grants', index, 'sources'], message, suggestion('', listed, 'source'))
    } else {
      warnOfSharedNames(grant, index, sections, report)
    }
    return
  }
  const known = [...listed, ...machineSources(sections), localSource]
  for (const [at, source] of grant.sources.entries()) {
    const path = ['grants', index, 'sources', at]
    if (source === localSource && sections.signIn?.password === false) {
      const remedy = 'set `signIn.password: true`, or remove it here'
      report.problem(path, 'local users cannot sign in: `signIn.password` is false', remedy)
    } else if (!known.includes(source) && !hasUnreadSources(sections)) {
      report.problem(path, 'there is no such sign-in source', suggestion(source, known, 'source'))
    }
  }
}

function machineSources({ machines }: Sections): readonly string[] {
  return machines === undefined ? [] : [machines.id]
}

/** A provider's `admin` and the local `admin` need not be the same person. */
function warnOfSharedNames(
  grant: GrantEntry,
  index: number,
  sections: Sections,
  report: Report,
): void {
  const [source] = declaredSources(sections)
  if (grant.users.length === 0 || source === undefined || sections.signIn?.password === false) {
    return
  }
  const message = `these names count from ${source.id} and for local users alike`
  const remedy = `say whose they are: \`sources: [${source.id}]\` or \`sources: [${localSource}]\``
  report.warning(['grants', index, 'users'], message, remedy)
}
