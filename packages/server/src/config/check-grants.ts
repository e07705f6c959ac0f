/** Grants against accounts, sources and each other. */

import { checkGrantPrincipals, checkGrantSources } from './check-grant-principals.ts'
import { checkGrantSession } from './check-grant-session.ts'
import { checkGrantTarget, createTargets } from './check-grant-target.ts'
import type { Report } from './report.ts'
import type { Sections } from './sections.ts'

/** Reports grants that are wrong in themselves or do not fit the rest of the file. */
export function checkGrants(sections: Sections, report: Report): void {
  const names = firstUses('name', 'grant', report)
  const paths = firstUses('path', 'grant', report)
  const targets = createTargets(sections)
  for (const [index, grant] of sections.grants.entries()) {
    if (grant === undefined) continue
    names(['grants', index], grant.name)
    if (grant.path !== undefined) paths(['grants', index], grant.path)
    checkGrantPrincipals(grant, index, report)
    checkGrantSources(grant, index, sections, report)
    checkGrantTarget(grant, index, targets, report)
    checkGrantSession(grant, index, report)
  }
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
