/** What a grant gives must be of a partition of its accounts. */
import { isConsoleUrl, partitions as known, type Partition } from '@rolecall/aws'
import type { Report } from './report.ts'
import type { GrantEntry } from './sections.ts'

interface PartitionFacts {
  /** `aws.endpoints.console` */
  readonly console: string | undefined
  readonly report: Report
}

/** Reports what fits none of the partitions that the grant may be for; nothing when these are not known. */
export function checkGrantPartitions(
  grant: GrantEntry,
  partitions: readonly Partition[],
  index: number,
  facts: PartitionFacts,
): void {
  const each = [...new Set(partitions)]
  if (each.length === 0) return
  checkDestination(grant, each, index, facts)
  checkRegion(grant, each, index, facts)
  checkPolicies(grant, each, index, facts)
}

function checkDestination(
  grant: GrantEntry,
  partitions: readonly Partition[],
  index: number,
  { console, report }: PartitionFacts,
): void {
  const { destination } = grant
  if (destination === undefined) return
  if (partitions.some(partition => isConsoleUrl(destination, partition))) return
  if (console !== undefined && new URL(console).origin === new URL(destination).origin) return
  const remedy =
    'use an https address of the AWS console, such as https://console.aws.amazon.com/s3'
  const what = partitions.join(' or ')
  const message = `this is not on a console host of the partition ${what}`
  report.problem(['grants', index, 'destination'], message, remedy)
}

function checkRegion(
  { region }: GrantEntry,
  partitions: readonly Partition[],
  index: number,
  { report }: PartitionFacts,
): void {
  if (region === undefined) return
  if (partitions.some(partition => known[partition].regionRegex.test(region))) return
  const message = `this is no region of the partition ${partitions.join(' or ')}`
  report.problem(['grants', index, 'region'], message, 'write a region of the accounts')
}

/** Where the ARN cannot be used, the grant would never hold. */
function checkPolicies(
  grant: GrantEntry,
  partitions: readonly Partition[],
  index: number,
  { report }: PartitionFacts,
): void {
  for (const [place, arn] of grant.policyArns.entries()) {
    const [, partition = ''] = arn.split(':')
    if (!arn.startsWith('arn:') || partitions.some(one => one === partition)) continue
    const what = partitions.join(' or ')
    const message = `this policy is in the partition ${partition}, the account in ${what}`
    const path = ['grants', index, 'policyArns', place]
    report.problem(path, message, `write arn:${what}:iam::…`)
  }
}
