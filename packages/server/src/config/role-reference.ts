import type { Partition } from '@rolecall/aws'
import { parseRoleArn } from '@rolecall/aws'

/** What `role` in a grant may say. */
export type RoleReference =
  | { readonly kind: 'name'; readonly path: string; readonly name: string }
  | {
      readonly kind: 'arn'
      readonly partition: Partition
      readonly accountId: string
      readonly path: string
      readonly name: string
    }

/** IAM: names [\w+=,.@-]{1,64}; paths begin and end with a slash, at most 512 characters. */
const namePattern = /^\/?((?:[!-.0-~]+\/)*)([A-Za-z0-9_+=,.@-]{1,64})$/

/** Reads a role name, a path and name (`team/Admin`), or a role ARN; undefined when it is neither. */
export function readRoleReference(text: string): RoleReference | undefined {
  if (text.startsWith('arn:')) {
    try {
      return { kind: 'arn', ...parseRoleArn(text) }
    } catch {
      return undefined
    }
  }
  const match = namePattern.exec(text)
  const [, path = '', name] = match ?? []
  if (name === undefined || path.length > 511) return undefined
  return { kind: 'name', path: `/${path}`, name }
}
