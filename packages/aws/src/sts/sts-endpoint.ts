import { AwsError } from '../errors.ts'
import { partitionOf } from '../identifiers/partitions.ts'

/** An endpoint and the region that calls to it are signed for. */
export interface StsEndpoint {
  readonly url: string
  readonly signingRegion: string
}

/** Which of a region's endpoints is meant. */
export interface StsEndpointOptions {
  /** The one with FIPS 140 validated cryptography. AWS runs it in some regions only. */
  readonly fips?: boolean | undefined
  /** The one with IPv4 and IPv6. */
  readonly dualStack?: boolean | undefined
  /**
   * `https://sts.amazonaws.com` for the regions that the SDKs once called by it
   * (`sts_regional_endpoints = legacy`); other regions, FIPS and dual-stack are not changed.
   */
  readonly legacyGlobal?: boolean | undefined
}

const globalEndpoint = { url: 'https://sts.amazonaws.com/', signingRegion: 'us-east-1' } as const

/** Those of the endpoint rules that AWS publishes for STS. */
const legacyRegions: ReadonlySet<string> = new Set([
  'ap-northeast-1',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ca-central-1',
  'eu-central-1',
  'eu-north-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'sa-east-1',
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
])

/**
 * The STS endpoint of a region, `https://sts.{region}.{dnsSuffix}/` unless the options say otherwise; for
 * `aws-global` the global endpoint, for a partition or its pseudo region that of its main region (IAM
 * User Guide, "AWS STS Regions and endpoints"; the endpoint rules of the SDKs). Throws `bad_region`, and
 * `invalid_argument` for `aws-global` with an option: the global endpoint has one form.
 */
export function stsEndpointOf(region: string, options: StsEndpointOptions = {}): StsEndpoint {
  const { fips = false, dualStack = false, legacyGlobal = false } = options
  const { id, dnsSuffix, dualStackDnsSuffix, regionRegex, globalRegion } = partitionOf(region)
  if (region === 'aws-global') {
    if (!fips && !dualStack) return globalEndpoint
    throw new AwsError(
      'invalid_argument',
      'region: expected one such as "us-east-1" where FIPS or dual-stack is asked for; received aws-global',
    )
  }
  const signingRegion = regionRegex.test(region) ? region : globalRegion
  if (legacyGlobal && !fips && !dualStack && legacyRegions.has(signingRegion)) return globalEndpoint
  // In GovCloud the usual endpoints are the validated ones; the dual-stack ones have both names.
  const name = fips && (dualStack || id !== 'aws-us-gov') ? 'sts-fips' : 'sts'
  const suffix = dualStack ? dualStackDnsSuffix : dnsSuffix
  return { url: `https://${name}.${signingRegion}.${suffix}/`, signingRegion }
}
