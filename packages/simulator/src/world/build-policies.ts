import { type Policy, type PolicyKind, readPolicy } from '../policy/document.ts'
import { awsManagedPolicy, awsManagedPolicyNames } from '../policy/managed.ts'
import type { Path, ReportProblem } from '../report-problem.ts'

/** Reads a policy document of the world; reports what is wrong with it. */
export function policyOf(
  value: unknown,
  kind: PolicyKind,
  path: Path,
  report: ReportProblem,
): Policy {
  const { policy, problems } = readPolicy(value, kind)
  for (const problem of problems) {
    report([...path, ...problem.path], problem.value, problem.message, problem.remedy)
  }
  return policy
}

/** What a user or role may do: its own policies, the managed ones that it names, and `mayAssume`. */
export function identityOf(
  entry: {
    readonly mayAssume?: readonly string[]
    readonly policies: readonly unknown[]
    readonly managedPolicies: readonly string[]
  },
  managed: ReadonlyMap<string, Policy>,
  path: Path,
  report: ReportProblem,
): Policy[] {
  const written = entry.policies.map((policy, index) =>
    policyOf(policy, 'identity', [...path, 'policies', index], report),
  )
  const named = entry.managedPolicies.flatMap((arn, index) => {
    const policy = managed.get(arn) ?? awsManagedPolicy(arn)
    if (policy !== undefined) return [policy]
    const remedy = `Name one of the account's \`policies\`, or of AWS's ${awsManagedPolicyNames.join(', ')}.`
    report([...path, 'managedPolicies', index], arn, 'there is no such managed policy', remedy)
    return []
  })
  const resources = entry.mayAssume ?? []
  if (resources.length === 0) return [...written, ...named]
  const statement = {
    effect: 'Allow',
    principals: [],
    actions: ['sts:assumerole', 'sts:tagsession', 'sts:setsourceidentity'],
    resources,
    conditions: [],
  } as const
  return [...written, ...named, { statements: [statement] }]
}
