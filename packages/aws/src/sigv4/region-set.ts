import { AwsError } from '../errors.ts'

const onePattern = /^(?=.)(?:[\w-]{1,64})?\*?$/
const maxPatterns = 64

/**
 * Whether a region is in a region set of SigV4A: names with commas, and perhaps a blank, between, each of which may end in `*`
 * (AWS General Reference, "X-Amz-Region-Set"). A set that is malformed has no region in it.
 */
export function isInRegionSet(region: string, set: string): boolean {
  const patterns = patternsOf(set)
  return patterns.some(pattern =>
    pattern.endsWith('*') ? region.startsWith(pattern.slice(0, -1)) : region === pattern,
  )
}

/** Refuses what is no region set with {@link AwsError} `bad_region`. */
export function checkRegionSet(set: string): void {
  if (patternsOf(set).length === 0) {
    throw new AwsError('bad_region', `cannot sign for the region set ${JSON.stringify(set)}`)
  }
}

function patternsOf(set: string): readonly string[] {
  const patterns = set.split(/, ?/, maxPatterns + 1)
  const isRight = patterns.length <= maxPatterns && patterns.every(each => onePattern.test(each))
  return isRight ? patterns : []
}
