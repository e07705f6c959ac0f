import { partitionOf } from '../identifiers/partitions.ts'

/** What an instance is said to be; what is not known is not served. */
export interface InstanceFacts {
  readonly region?: string | undefined
  readonly availabilityZone?: string | undefined
  readonly accountId?: string | undefined
  readonly instanceId?: string | undefined
  readonly instanceType?: string | undefined
  readonly imageId?: string | undefined
  readonly privateIp?: string | undefined
  readonly hostname?: string | undefined
  readonly instanceProfileArn?: string | undefined
  readonly instanceProfileId?: string | undefined
  /** When the instance started. */
  readonly startedAt?: Date | undefined
}

/**
 * The instance metadata that follows from the facts, by the path below `/latest/` (EC2 User Guide,
 * "Instance metadata categories" and "Instance identity documents"). The document has no signature:
 * only AWS can say what an instance is.
 */
export function instanceMetadata(
  facts: InstanceFacts,
  updated: string,
): ReadonlyMap<string, string> {
  const { region, availabilityZone = region === undefined ? undefined : `${region}a` } = facts
  const { accountId, instanceId, instanceType, imageId, privateIp, hostname } = facts
  const { instanceProfileArn, instanceProfileId, startedAt } = facts
  const partition = region === undefined ? undefined : partitionOf(region)
  const document = {
    accountId,
    availabilityZone,
    imageId,
    instanceId,
    instanceType,
    pendingTime: startedAt === undefined ? undefined : `${startedAt.toISOString().slice(0, 19)}Z`,
    privateIp,
    region,
    version: '2017-09-30',
  }
  const info =
    instanceProfileArn === undefined
      ? undefined
      : JSON.stringify({
          Code: 'Success',
          LastUpdated: updated,
          InstanceProfileArn: instanceProfileArn,
          InstanceProfileId: instanceProfileId,
        })
  const known: Readonly<Record<string, string | undefined>> = {
    'dynamic/instance-identity/document':
      region === undefined ? undefined : JSON.stringify(document, undefined, 2),
    'meta-data/ami-id': imageId,
    'meta-data/hostname': hostname,
    'meta-data/iam/info': info,
    'meta-data/instance-id': instanceId,
    'meta-data/instance-type': instanceType,
    'meta-data/local-hostname': hostname,
    'meta-data/local-ipv4': privateIp,
    'meta-data/placement/availability-zone': availabilityZone,
    'meta-data/placement/region': region,
    'meta-data/services/domain': partition?.dnsSuffix,
    'meta-data/services/partition': partition?.id,
  }
  const leaves = Object.entries(known).filter(
    (leaf): leaf is [string, string] => leaf[1] !== undefined,
  )
  return new Map(leaves)
}
