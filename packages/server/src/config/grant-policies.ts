/** The session policies of grants: from the file or a file of their own, as compact JSON. */
import { AwsError, checkPolicies } from '@rolecall/aws'
import type { KeyPath } from './key-path.ts'
import { policyProblems } from './policy-shape.ts'
import type { Readers } from './readers.ts'
import type { Report } from './report.ts'
import type { GrantEntry, Sections } from './sections.ts'

type ReadText = Readers['text']

/** White space does not count towards the 2048 characters of AWS once it is gone. */
const policyBytes = 65_536

/** The policies by the grant's place in the list; what is wrong with one was reported. */
export async function readGrantPolicies(
  sections: Sections,
  readText: ReadText,
  report: Report,
): Promise<ReadonlyMap<number, string>> {
  const policies = new Map<number, string>()
  for (const [index, grant] of sections.grants.entries()) {
    if (grant === undefined) continue
    const policy = await policyOf(grant, index, readText, report)
    const text = policy === undefined ? undefined : JSON.stringify(policy)
    if (text !== undefined) policies.set(index, text)
    checkSize(text, grant.policyArns, index, report)
  }
  return policies
}

async function policyOf(
  { policy }: GrantEntry,
  index: number,
  readText: ReadText,
  report: Report,
): Promise<unknown> {
  if (policy === undefined) return undefined
  const path = ['grants', index, 'policy']
  const file = isFile(policy) ? policy.file : undefined
  const value = file === undefined ? policy : await readJson(file, path, readText, report)
  if (value === undefined) return undefined
  const problems = policyProblems(value)
  for (const { path: below, message, remedy } of problems) {
    if (file === undefined) report.problem([...path, ...below], message, remedy)
    else report.problem([...path, 'file'], `${below.join('.')} in this file: ${message}`, remedy)
  }
  return problems.length === 0 ? value : undefined
}

function isFile(policy: object): policy is { readonly file: string } {
  return 'file' in policy && typeof policy.file === 'string'
}

async function readJson(
  name: string,
  path: KeyPath,
  readText: ReadText,
  report: Report,
): Promise<unknown> {
  const text = await readText([...path, 'file'], name, policyBytes)
  if (text === undefined) return undefined
  try {
    return JSON.parse(text)
  } catch {
    report.problem([...path, 'file'], 'this file is not JSON', 'write the policy as AWS wants it')
    return undefined
  }
}

/** AWS counts the policy and the ARNs together. */
function checkSize(
  policy: string | undefined,
  policyArns: readonly string[],
  index: number,
  report: Report,
): void {
  try {
    checkPolicies({ policy, policyArns })
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    const key =
      error.code === 'bad_arn' || error.message.startsWith('policyArns') ? 'policyArns' : 'policy'
    report.problem(['grants', index, key], error.message, 'see "IAM and AWS STS quotas" of AWS')
  }
}
