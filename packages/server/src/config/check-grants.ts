/** Grants against accounts, sources and each other. */
import { isConsoleUrl, type Partition } from '@rolecall/aws'
import { localSource } from '../nouns.ts'
import { accountOf, indexAccounts } from './grant-accounts.ts'
import { suggestion } from './nearest.ts'
import type { Report } from './report.ts'
import { readRoleReference } from './role-reference.ts'
import type { GrantEntry, Sections } from './sections.ts'
import { declaredSources, hasUnreadSources } from './sign-in-sources.ts'

/** Reports grants whose account, role, sources, destination or names do not fit the rest. */
export function checkGrants(sections: Sections, report: Report): void {
  const names = firstUses('name', 'grant', report)
  const paths = firstUses('path', 'grant', report)
  const accounts = indexAccounts(sections)
  const rolePaths = new Map<string, { path: string; line: number }>()
  for (const [index, grant] of sections.grants.entries()) {
    if (grant === undefined) continue
    names(['grants', index], grant.name)
    if (grant.path !== undefined) paths(['grants', index], grant.path)
    checkSources(grant, index, sections, report)
    const role = readRoleReference(grant.role)
    if (role === undefined) {
      const remedy = 'a role name has 1 to 64 of A-Z a-z 0-9 and _+=,.@-; or give the role ARN'
      report.problem(['grants', index, 'role'], 'this is not a role name or role ARN', remedy)
      continue
    }
    const target = accountOf(grant, role, index, accounts, report)
    if (target === undefined) continue
    checkDestination(grant, target.partition, index, sections, report)
    const key = `${target.alias}/${role.name}`
    const earlier = rolePaths.get(key)
    if (earlier === undefined) {
      rolePaths.set(key, { path: role.path, line: report.lineOf(['grants', index, 'role']) })
    } else if (earlier.path !== role.path) {
      const message = `the role has the IAM path ${earlier.path} in line ${earlier.line}; role names are unique in an account`
      report.problem(['grants', index, 'role'], message, 'give both grants the same path')
    }
  }
}

function checkSources(grant: GrantEntry, index: number, sections: Sections, report: Report): void {
  const listed = declaredSources(sections).map(({ id }) => id)
  if (grant.sources === undefined) {
    if (listed.length > 1) {
      const message = 'with several sign-in sources a grant must say whose word counts'
      report.problem(['grants', index, 'sources'], message, suggestion('', listed, 'source'))
    } else {
      warnOfSharedNames(grant, index, sections, report)
    }
    return
  }
  const known = [...listed, localSource]
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

function checkDestination(
  grant: GrantEntry,
  partition: Partition,
  index: number,
  sections: Sections,
  report: Report,
): void {
  if (grant.destination === undefined || isConsoleUrl(grant.destination, partition)) return
  const console = sections.aws?.endpoints.console
  if (console !== undefined && new URL(console).origin === new URL(grant.destination).origin) return
  const remedy =
    'use an https address of the AWS console, such as https://console.aws.amazon.com/s3'
  const message = `this is not on a console host of the partition ${partition}`
  report.problem(['grants', index, 'destination'], message, remedy)
}

function firstUses(key: string, what: string, report: Report) {
  const lines = new Map<string, number>()
  return (parent: readonly (string | number)[], value: string): void => {
    const path = [...parent, key]
    const line = lines.get(value)
    if (line === undefined) {
      lines.set(value, report.lineOf(path))
    } else {
      const remedy = `choose another: the ${what} in line ${line} has it`
      report.problem(path, `this ${key} is used twice`, remedy)
    }
  }
}
