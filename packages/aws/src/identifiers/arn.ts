import { AwsError } from '../errors.ts'
import { findPartition, type Partition } from './partitions.ts'

/** The parts of an ARN: `arn:partition:service:region:accountId:resource`. */
export interface Arn {
  readonly partition: Partition
  readonly service: string
  /** Empty for global services such as IAM. */
  readonly region: string
  /** Twelve digits; empty for resources without an account. `aws` for AWS's own managed policies. */
  readonly accountId: string
  /** Everything after the account, colons included. */
  readonly resource: string
}

/** The parts of the ARN of an IAM role. */
export interface RoleArn {
  readonly partition: Partition
  readonly accountId: string
  /** `/` or `/…/`. */
  readonly path: string
  readonly name: string
}

const arnPattern =
  /^arn:([a-z0-9-]{1,20}):([a-z0-9-]{1,63}):([a-z0-9-]{0,32}):(\d{12}|aws|):(\P{Cc}{1,1600})$/u

/**
 * Reads an ARN (AWS General Reference, "Amazon Resource Names"). Throws {@link AwsError} `bad_arn` when
 * the form, the partition or the account is not right.
 */
export function parseArn(text: string): Arn {
  // A list of one would match as its text does.
  const match = typeof text === 'string' ? arnPattern.exec(text) : null
  const [, partitionName = '', service = '', region = '', accountId = '', resource = ''] =
    match ?? []
  const partition = findPartition(partitionName)
  if (match === null || partition === undefined) {
    throw badArn(text, 'an ARN such as "arn:aws:iam::123456789012:role/Name"')
  }
  return Object.freeze({ partition: partition.id, service, region, accountId, resource })
}

/** Path and name as IAM allows them (IAM API Reference, Role). */
const rolePattern = /^role(\/|\/[\x21-\x7e]{1,510}\/)([\w+=,.@-]{1,64})$/

/** Reads the ARN of an IAM role. Throws {@link AwsError} `bad_arn` for any other ARN. */
export function parseRoleArn(text: string): RoleArn {
  const { partition, service, region, accountId, resource } = parseArn(text)
  const [matched, path = '', name = ''] = rolePattern.exec(resource) ?? []
  if (matched === undefined || service !== 'iam' || region !== '' || accountId.length !== 12) {
    throw badArn(text, 'the ARN of an IAM role such as "arn:aws:iam::123456789012:role/Name"')
  }
  return Object.freeze({ partition, accountId, path, name })
}

/** Writes the ARN of an IAM role. Throws {@link AwsError} `bad_arn` when a part does not fit. */
export function roleArn(role: {
  readonly partition: Partition
  readonly accountId: string
  /** Default `/`. */
  readonly path?: string | undefined
  readonly name: string
}): string {
  const text = `arn:${role.partition}:iam::${role.accountId}:role${role.path ?? '/'}${role.name}`
  const read = parseRoleArn(text)
  // A name with a slash in it would read back as path and name.
  if (read.name !== role.name) throw badArn(text, 'a role name without "/"')
  return text
}

function badArn(text: string, expected: string): AwsError {
  return new AwsError(
    'bad_arn',
    `expected ${expected}, received ${JSON.stringify(String(text).slice(0, 200))}`,
  )
}
