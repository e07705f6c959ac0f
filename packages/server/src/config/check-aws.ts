import { AwsError, partitionOf } from '@rolecall/aws'
import type { Report } from './report.ts'
import type { Sections } from './sections.ts'

/** Reports regions that are in no partition: they would become part of a host name. */
export function checkAws(sections: Sections, report: Report): void {
  if (sections.aws === undefined) return
  const { region, failoverRegion } = sections.aws
  for (const [key, text] of Object.entries({ region, failoverRegion })) {
    if (text === undefined || isRegion(text)) continue
    const remedy = 'write a region such as `eu-central-1`, in the partition of the accounts'
    report.problem(['aws', key], 'this is no region of AWS', remedy)
  }
  if (failoverRegion === undefined || !isRegion(region) || !isRegion(failoverRegion)) return
  const path = ['aws', 'failoverRegion']
  if (failoverRegion === region) {
    report.problem(path, 'this is `aws.region` itself', 'write another region, or leave it out')
  } else if (partitionOf(failoverRegion).id !== partitionOf(region).id) {
    const message = 'this region is of another partition than `aws.region`'
    report.problem(path, message, `write another region of the partition of ${region}`)
  }
}

function isRegion(text: string): boolean {
  try {
    return partitionOf(text).regionRegex.test(text)
  } catch (error) {
    if (error instanceof AwsError) return false
    throw error
  }
}
