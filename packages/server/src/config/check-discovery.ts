/** `discovery` against itself and the rest of the file. */
import { AwsError, parseRoleArn, partitionOf } from '@rolecall/aws'
import { formatDuration, parseDuration } from './duration.ts'
import type { KeyPath } from './key-path.ts'
import type { Report } from './report.ts'
import { readRoleReference } from './role-reference.ts'
import type { Sections } from './sections.ts'

/** How often AWS may be asked, and how long what it said may count, in seconds. */
export const discoveryBounds = {
  every: { least: 60, most: 86_400 },
  keep: { least: 120, most: 7 * 86_400 },
} as const

/** Reports roles that are none, and times that do not go together. */
export function checkDiscovery({ aws, discovery }: Sections, report: Report): void {
  if (discovery === undefined) return
  const { organizations, roles } = discovery
  const at = (...path: KeyPath): KeyPath => ['discovery', ...path]
  if (organizations === undefined && roles === undefined) {
    const remedy = 'add `organizations`, `roles` or both, or leave `discovery` out'
    report.problem(at(), 'nothing is to be discovered', remedy)
  }
  if (organizations?.role !== undefined) {
    checkPartition(organizations.role, aws?.region, at('organizations', 'role'), report)
  }
  if (roles !== undefined && readRoleReference(roles.role)?.kind !== 'name') {
    const remedy =
      'give the name that the role has in every account: `RolecallReader`, `team/Reader`'
    report.problem(at('roles', 'role'), 'this is not the name of a role', remedy)
  }
  const keep = span(discovery.keep, 'keep', at('keep'), report)
  const spans: [KeyPath, string | number][] = []
  if (organizations !== undefined) spans.push([at('organizations', 'every'), organizations.every])
  if (roles !== undefined) {
    spans.push([at('roles', 'every'), roles.every], [at('roles', 'tagsEvery'), roles.tagsEvery])
  }
  for (const [path, value] of spans) {
    const seconds = span(value, 'every', path, report)
    if (seconds === undefined || keep === undefined || keep >= 2 * seconds) continue
    const remedy = `at most ${formatDuration(Math.floor(keep / 2))}, or a longer \`discovery.keep\``
    const message =
      'this is more than half of `discovery.keep`: one failure would lose what is known'
    report.problem(path, message, remedy)
  }
}

function checkPartition(
  role: string,
  region: string | undefined,
  path: KeyPath,
  report: Report,
): void {
  try {
    const { partition } = parseRoleArn(role)
    if (region === undefined || partitionOf(region).id === partition) return
    const message = `this role is in the partition ${partition}, which \`aws.region\` is not of`
    report.problem(path, message, 'write a role of the partition of `aws.region`')
  } catch (error) {
    // A region that is none is reported where it stands.
    if (!(error instanceof AwsError)) throw error
    if (error.code !== 'bad_arn') return
    const remedy = 'copy the ARN from the AWS console: `arn:aws:iam::123456789012:role/Name`'
    report.problem(path, 'this is no ARN of a role in a known partition', remedy)
  }
}

function span(
  value: string | number,
  kind: keyof typeof discoveryBounds,
  path: KeyPath,
  report: Report,
): number | undefined {
  const { least, most } = discoveryBounds[kind]
  const bounds = `${formatDuration(least)} to ${formatDuration(most)}`
  const seconds = parseDuration(value)
  if (seconds === undefined) {
    const remedy = 'write seconds as a number, or a number with s, m, h or d: `90s`, `8h`'
    report.problem(path, 'this is not a time span', remedy)
  } else if (seconds < least || seconds > most) {
    report.problem(path, `this time span is out of bounds: ${bounds}`, `choose one of ${bounds}`)
  } else {
    return seconds
  }
  return undefined
}
