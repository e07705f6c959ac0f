import { isReserved } from './check-targets.ts'
import type { Report } from './report.ts'
import type { Sections } from './sections.ts'

/** Reports paths for responses that the gateway answers itself, or that two providers have. */
export function checkAcsPaths(sections: Sections, report: Report): void {
  const lines = new Map<string, number>()
  for (const [index, provider] of sections.saml.entries()) {
    const acsPath = provider?.acsPath
    if (acsPath === undefined) continue
    const path = ['signIn', 'saml', index, 'acsPath']
    const line = lines.get(acsPath)
    const first = acsPath.split('/')[1]
    if (isReserved(first)) {
      const remedy = 'choose another, or leave it out'
      report.problem(path, `the gateway answers at /${first} itself`, remedy)
    } else if (line !== undefined) {
      report.problem(path, `line ${line} has this path already`, 'choose another, or leave it out')
    } else lines.set(acsPath, report.lineOf(path))
  }
}
