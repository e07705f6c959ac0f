import { createHash } from 'node:crypto'

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** 17 characters as AWS's unique ids end in; the same ARN has the same id in every run. */
function uniqueId(prefix: 'AIDA' | 'AROA', arn: string): string {
  const digest = createHash('sha256').update(arn).digest().subarray(0, 17)
  return prefix + Array.from(digest, byte => base32[byte % 32]).join('')
}

/** `AIDA…`, the unique id of an IAM user. */
export const userIdOf = (arn: string): string => uniqueId('AIDA', arn)
/** `AROA…`, the unique id of an IAM role. */
export const roleIdOf = (arn: string): string => uniqueId('AROA', arn)
