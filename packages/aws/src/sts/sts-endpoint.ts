import { partitionOf } from '../identifiers/partitions.ts'

/** An endpoint and the region that calls to it are signed for. */
export interface StsEndpoint {
  readonly url: string
  readonly signingRegion: string
}

/**
 * The STS endpoint of a region, `https://sts.{region}.{dnsSuffix}/`; for `aws-global` the global endpoint
 * (IAM User Guide, "AWS STS Regions and endpoints"). Throws `bad_region`.
 */
export function stsEndpointOf(region: string): StsEndpoint {
  const partition = partitionOf(region)
  if (region === 'aws-global')
    return { url: 'https://sts.amazonaws.com/', signingRegion: 'us-east-1' }
  const signingRegion = partition.regionRegex.test(region) ? region : partition.globalRegion
  return { url: `https://sts.${signingRegion}.${partition.dnsSuffix}/`, signingRegion }
}
