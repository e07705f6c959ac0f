import { AwsError } from '../errors.ts'
import { type Partition, type PartitionInfo, partitions } from '../identifiers/partitions.ts'

/** The home page of the console, of one region when given. Throws `bad_region`. */
export function consoleUrlOf(partition: Partition, region?: string): string {
  const info = partitions[partition]
  if (region === undefined) return `https://${info.consoleHost}/`
  checkRegion(info, region)
  return `https://${region}.${info.consoleHost}/`
}

/**
 * The federation endpoint of the sign-in service: the partition's own, or that of a region. (IAM User
 * Guide, "Enable custom identity broker access to the AWS console"; outside `aws` as tools use it.)
 * Throws `bad_region`.
 */
export function federationEndpointOf(partition: Partition, region?: string): string {
  const info = partitions[partition]
  if (region !== undefined) checkRegion(info, region)
  // The isolated partitions have only regional sign-in hosts.
  const regional = partition.startsWith('aws-iso') ? (region ?? info.globalRegion) : region
  const isHome = regional === 'us-east-1' || regional === 'us-gov-west-1'
  const host = regional === undefined || isHome ? info.signinHost : `${regional}.${info.signinHost}`
  return `https://${host}/federation`
}

/** The hosts of the console; hosts below them belong to it too. */
export function consoleHostsOf(partition: Partition): readonly string[] {
  return [partitions[partition].consoleHost]
}

/**
 * Whether this is the address of a console page of the partition: https, on a console host, its default
 * port, without user name, and read the same way by every reader of URLs.
 */
export function isConsoleUrl(url: string, partition: Partition): boolean {
  // Blanks, control characters and backslashes are what readers of URLs disagree on.
  if (url.length > 4096 || /[^\x21-\x7e]|\\/.test(url)) return false
  const host = /^https:\/\/([a-z0-9-]+(?:\.[a-z0-9-]+)+)(?:[/?#]|$)/.exec(url)?.[1]
  if (host === undefined || !URL.canParse(url) || new URL(url).host !== host) return false
  return consoleHostsOf(partition).some(each => host === each || host.endsWith(`.${each}`))
}

function checkRegion(info: PartitionInfo, region: string): void {
  if (!info.regionRegex.test(region)) {
    throw new AwsError(
      'bad_region',
      `${JSON.stringify(region.slice(0, 100))} is not a region of the partition ${info.id}`,
    )
  }
}
