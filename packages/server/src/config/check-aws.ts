import { AwsError, partitionOf } from '@rolecall/aws'
import type { Report } from './report.ts'
import type { Sections } from './sections.ts'

/** Reports a region that is in no partition: it would become part of a host name. */
export function checkAws(sections: Sections, report: Report): void {
  const region = sections.aws?.region
  if (region === undefined || isRegion(region)) return
  const remedy = 'write a region such as `eu-central-1`, in the partition of the accounts'
  report.problem(['aws', 'region'], 'this is no region of AWS', remedy)
}

function isRegion(text: string): boolean {
  try {
    return partitionOf(text).regionRegex.test(text)
  } catch (error) {
    if (error instanceof AwsError) return false
    throw error
  }
}
