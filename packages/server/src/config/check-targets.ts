import type { Report } from './report.ts'
import type { Sections } from './sections.ts'

/** First parts of paths that the gateway answers itself: no target may take them. */
export const reservedPaths = [
  'api',
  'assets',
  'console',
  'device',
  'favicon.ico',
  'favicon.svg',
  'healthz',
  'index.html',
  'oauth',
  'robots.txt',
  'roles',
  'signin',
] as const

/** Reports targets that would stand where a route of ours stands. */
export function checkTargets(sections: Sections, report: Report): void {
  const { targets } = sections
  if (targets === undefined) return
  const first = targets.prefix.split('/')[1]
  if (isReserved(first)) {
    const remedy = 'choose another, such as `/aws`'
    report.problem(['targets', 'prefix'], `the gateway answers at /${first} itself`, remedy)
  }
  if (targets.prefix !== '') return
  for (const [index, grant] of sections.grants.entries()) {
    if (!isReserved(grant?.path)) continue
    const remedy = 'choose another path, or set `targets.prefix`'
    report.problem(
      ['grants', index, 'path'],
      `the gateway answers at /${grant?.path} itself`,
      remedy,
    )
  }
}

/** Whether a first part of a path is taken. */
export function isReserved(path: string | undefined): boolean {
  return reservedPaths.some(reserved => reserved === path?.toLowerCase())
}
