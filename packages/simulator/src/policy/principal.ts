import type { Path, ReportProblem } from '../report-problem.ts'

/** Whom a trust policy's statement names. */
export type Principal =
  | { readonly kind: 'everyone' }
  | { readonly kind: 'account'; readonly partition: string | undefined; readonly accountId: string }
  /** Of an AWS service the host name stands in the place of the ARN: `ec2.amazonaws.com`. */
  | { readonly kind: 'aws' | 'federated' | 'service'; readonly arn: string }

/** Who asks: every ARN under which a policy may name the caller, and the account it belongs to. */
export interface Requester {
  readonly kind: 'aws' | 'federated' | 'service'
  readonly partition: string
  readonly accountId: string
  readonly arns: readonly string[]
}

const awsArn =
  /^arn:aws[a-z-]*:(?:iam::[0-9]{12}:(?:user|role)\/[\w+=,.@/-]+|sts::[0-9]{12}:(?:assumed-role\/[\w+=,.@-]+\/[\w+=,.@-]+|federated-user\/[\w+=,.@-]+))$/
const rootArn = /^arn:(aws[a-z-]*):iam::([0-9]{12}):root$/

/** Reads the `Principal` element of a trust policy. */
export function readPrincipals(value: unknown, path: Path, problem: ReportProblem): Principal[] {
  if (value === '*') return [{ kind: 'everyone' }]
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    problem(
      path,
      value,
      'Principal is missing or malformed',
      'Write {AWS: arn} or {Federated: arn}.',
    )
    return []
  }
  return Object.entries(value).flatMap(([type, listed]) => {
    const names: unknown[] = Array.isArray(listed) ? listed : [listed]
    return names.flatMap((name): Principal[] => {
      const read = typeof name === 'string' ? readPrincipal(type, name) : undefined
      if (read !== undefined) return [read]
      problem(
        [...path, type],
        name,
        'invalid principal in policy',
        'AWS: an account id, "*", or the ARN of an account root, user, role or session (no wildcards); Federated: the ARN of a provider; Service: a host name.',
      )
      return []
    })
  })
}

function readPrincipal(type: string, name: string): Principal | undefined {
  if (type === 'Service') {
    return /^[a-z0-9.-]+$/.test(name) ? { kind: 'service', arn: name } : undefined
  }
  if (type === 'Federated') return { kind: 'federated', arn: name }
  if (type !== 'AWS') return undefined
  if (name === '*') return { kind: 'everyone' }
  if (/^[0-9]{12}$/.test(name)) return { kind: 'account', partition: undefined, accountId: name }
  const root = rootArn.exec(name)
  if (root?.[1] !== undefined && root[2] !== undefined) {
    return { kind: 'account', partition: root[1], accountId: root[2] }
  }
  return awsArn.test(name) ? { kind: 'aws', arn: name } : undefined
}

/** How a statement's principals cover the requester: by name, only through its account, or not at all. */
export function coverage(
  principals: readonly Principal[],
  requester: Requester,
): 'direct' | 'account' | undefined {
  let found: 'account' | undefined
  for (const principal of principals) {
    switch (principal.kind) {
      case 'everyone':
        return 'direct'
      case 'account':
        if (
          requester.kind === 'aws' &&
          principal.accountId === requester.accountId &&
          (principal.partition ?? requester.partition) === requester.partition
        ) {
          found = 'account'
        }
        break
      default:
        if (principal.kind === requester.kind && requester.arns.includes(principal.arn)) {
          return 'direct'
        }
    }
  }
  return found
}
