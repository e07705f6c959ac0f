import { AwsError } from '../errors.ts'

/** An AWS partition: a set of regions with accounts, ARNs and host names of its own. */
export type Partition =
  | 'aws'
  | 'aws-cn'
  | 'aws-us-gov'
  | 'aws-eusc'
  | 'aws-iso'
  | 'aws-iso-b'
  | 'aws-iso-e'
  | 'aws-iso-f'

/** What the package needs to know about a partition. */
export interface PartitionInfo {
  readonly id: Partition
  /** Domain of the service hosts: `amazonaws.com`. */
  readonly dnsSuffix: string
  /** Domain of the dual-stack (IPv4 and IPv6) service hosts. */
  readonly dualStackDnsSuffix: string
  /** Matches the regions of this partition and of no other. */
  readonly regionRegex: RegExp
  /** The region that stands for the partition's global services. */
  readonly globalRegion: string
  /** Host of the sign-in service; regions have `{region}.` before it. */
  readonly signinHost: string
  /** Host of the console; regions have `{region}.` before it. */
  readonly consoleHost: string
}

function partition(
  id: Partition,
  dnsSuffix: string,
  dualStackDnsSuffix: string,
  regionRegex: RegExp,
  globalRegion: string,
  homeDomain: string,
): PartitionInfo {
  return Object.freeze({
    id,
    dnsSuffix,
    dualStackDnsSuffix,
    regionRegex,
    globalRegion,
    signinHost: `signin.${homeDomain}`,
    consoleHost: `console.${homeDomain}`,
  })
}

/**
 * The partitions by name, from the `partitions.json` that AWS publishes with its SDKs and
 * the endpoint rules of its sign-in service. AWS documents no console host outside `aws`; tools use the
 * sign-in host with `console` in place of `signin`.
 */
export const partitions: Readonly<Record<Partition, PartitionInfo>> = Object.freeze({
  aws: partition(
    'aws',
    'amazonaws.com',
    'api.aws',
    /^(us|eu|ap|sa|ca|me|af|il|mx)-[a-z0-9]+-\d{1,2}$/,
    'us-east-1',
    'aws.amazon.com',
  ),
  'aws-cn': partition(
    'aws-cn',
    'amazonaws.com.cn',
    'api.amazonwebservices.com.cn',
    /^cn-[a-z0-9]+-\d{1,2}$/,
    'cn-northwest-1',
    'amazonaws.cn',
  ),
  'aws-us-gov': partition(
    'aws-us-gov',
    'amazonaws.com',
    'api.aws',
    /^us-gov-[a-z0-9]+-\d{1,2}$/,
    'us-gov-west-1',
    'amazonaws-us-gov.com',
  ),
  'aws-eusc': partition(
    'aws-eusc',
    'amazonaws.eu',
    'api.amazonwebservices.eu',
    /^eusc-de-[a-z0-9]+-\d{1,2}$/,
    'eusc-de-east-1',
    'amazonaws-eusc.eu',
  ),
  'aws-iso': partition(
    'aws-iso',
    'c2s.ic.gov',
    'api.aws.ic.gov',
    /^us-iso-[a-z0-9]+-\d{1,2}$/,
    'us-iso-east-1',
    'c2shome.ic.gov',
  ),
  'aws-iso-b': partition(
    'aws-iso-b',
    'sc2s.sgov.gov',
    'api.aws.scloud',
    /^us-isob-[a-z0-9]+-\d{1,2}$/,
    'us-isob-east-1',
    'sc2shome.sgov.gov',
  ),
  'aws-iso-e': partition(
    'aws-iso-e',
    'cloud.adc-e.uk',
    'api.cloud-aws.adc-e.uk',
    /^eu-isoe-[a-z0-9]+-\d{1,2}$/,
    'eu-isoe-west-1',
    'csphome.adc-e.uk',
  ),
  'aws-iso-f': partition(
    'aws-iso-f',
    'csp.hci.ic.gov',
    'api.aws.hci.ic.gov',
    /^us-isof-[a-z0-9]+-\d{1,2}$/,
    'us-isof-south-1',
    'csphome.hci.ic.gov',
  ),
})

/**
 * The partition of a region (`eu-central-1`), of an ARN, or of that name (`aws-cn`; also the pseudo
 * region `aws-cn-global`). Throws {@link AwsError} `bad_region` when there is none: an unknown region is
 * not taken for one of `aws`.
 */
export function partitionOf(regionOrArnOrPartition: string): PartitionInfo {
  const text = regionOrArnOrPartition
  const name = text.startsWith('arn:') ? (text.split(':', 2)[1] ?? '') : text
  const named = findPartition(name) ?? findPartition(name.replace(/-global$/, ''))
  if (named !== undefined) return named
  if (!text.startsWith('arn:')) {
    for (const info of Object.values(partitions)) if (info.regionRegex.test(text)) return info
  }
  throw new AwsError(
    'bad_region',
    `${JSON.stringify(text.slice(0, 100))} is not a region, ARN or partition of AWS; expected for example "eu-central-1"`,
  )
}

/** The partition of exactly that name, if there is one. */
export function findPartition(name: string): PartitionInfo | undefined {
  return Object.hasOwn(partitions, name) ? partitions[name as Partition] : undefined
}
