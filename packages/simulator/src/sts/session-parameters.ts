import { deflateRawSync } from 'node:zlib'
import { type Policy, readPolicy } from '../policy/document.ts'
import { awsManagedPolicy } from '../policy/managed.ts'
import type { Constraints } from '../query/constraints.ts'
import { Fault, validationError } from '../query/fault.ts'
import type { Parameters } from '../query/parameters.ts'
import type { XmlContent } from '../query/xml.ts'
import type { Session } from './sessions.ts'
import { awsTime } from './sessions.ts'

/** `RoleSessionName` and `SourceIdentity`, STS API reference. */
export const namePattern = /[\w+=,.@-]*/
const tagKeyPattern = /[\p{L}\p{Z}\p{N}_.:/=+\-@]+/u
const tagValuePattern = /[\p{L}\p{Z}\p{N}_.:/=+\-@]*/u
/** U+0009, U+000A, U+000D and U+0020 to U+00FF. */
const policyPattern = /[\t\n\r\u{20}-\u{FF}]+/u
const maxPolicyCharacters = 2048
/** AWS's packed size is not documented; here: deflated bytes of policies and tags, of this many. */
const packedBytes = 2048

/** Session policies as passed: the inline text and the ARNs of managed ones. */
export interface SessionPolicyInput {
  readonly policy: string | undefined
  readonly policyArns: readonly string[]
}

/** Reads `Policy` and `PolicyArns`. AssumeRole's model sets no length for the policy; those of the others do. */
export function readSessionPolicies(
  parameters: Parameters,
  constraints: Constraints,
  bounds: { readonly max?: number } = { max: maxPolicyCharacters },
): SessionPolicyInput {
  const policy = parameters.text('Policy')
  constraints.text('policy', policy, { ...bounds, min: 1, pattern: policyPattern })
  const policyArns = parameters.list('PolicyArns').map((member, index) => {
    const at = `policyArns.${index + 1}.member.arn`
    return constraints.text(at, member.text('arn'), { min: 20, max: 2048, required: true })
  })
  constraints.count('policyArns', policyArns.length, 10)
  return { policy, policyArns }
}

/**
 * Parses session policies; `undefined` when none was passed. `managed` has the accounts' own policies by ARN; one that
 * is neither there nor of AWS's that the simulator knows grants nothing. Throws `MalformedPolicyDocument`,
 * `PackedPolicyTooLarge`.
 */
export function parseSessionPolicies(
  input: SessionPolicyInput,
  managed: ReadonlyMap<string, Policy>,
): readonly Policy[] | undefined {
  const { policy, policyArns } = input
  if (policy === undefined && policyArns.length === 0) return undefined
  // IAM quotas: the plain text of both kinds together.
  const characters = [policy ?? '', ...policyArns].join('').length
  if (characters > maxPolicyCharacters) {
    const percent = Math.ceil((characters * 100) / maxPolicyCharacters)
    throw new Fault(
      400,
      'PackedPolicyTooLarge',
      `Packed policy consumes ${percent}% of allotted space, please use smaller policy.`,
    )
  }
  const policies = policyArns.flatMap(arn => managed.get(arn) ?? awsManagedPolicy(arn) ?? [])
  if (policy === undefined) return policies
  let document: unknown
  try {
    document = JSON.parse(policy)
  } catch {
    throw new Fault(400, 'MalformedPolicyDocument', 'This policy contains invalid Json')
  }
  const { policy: read, problems } = readPolicy(document, 'identity')
  const [problem] = problems
  if (problem !== undefined) {
    const at = problem.path.join('.')
    throw new Fault(
      400,
      'MalformedPolicyDocument',
      `Syntax errors in policy. (${at}: ${problem.message})`,
    )
  }
  return [...policies, read]
}

/** Reads `Tags` into a map; checks bounds and that no key comes twice, whatever its case. */
export function readTags(parameters: Parameters, constraints: Constraints): [string, string][] {
  const members = parameters.list('Tags')
  constraints.count('tags', members.length, 50)
  return members.slice(0, 50).map((member, index) => {
    const at = `tags.${index + 1}.member`
    return [
      constraints.text(`${at}.key`, member.text('Key'), {
        min: 1,
        max: 128,
        pattern: tagKeyPattern,
        required: true,
      }),
      constraints.text(`${at}.value`, member.text('Value'), {
        max: 256,
        pattern: tagValuePattern,
        required: true,
      }),
    ]
  })
}

/** Reads `TransitiveTagKeys`. */
export function readTransitiveTagKeys(parameters: Parameters, constraints: Constraints): string[] {
  const keys = parameters.list('TransitiveTagKeys').map((member, index) =>
    constraints.text(`transitiveTagKeys.${index + 1}.member`, member.value, {
      min: 1,
      max: 128,
      pattern: tagKeyPattern,
      required: true,
    }),
  )
  constraints.count('transitiveTagKeys', keys.length, 50)
  return keys
}

/** Tags as a map. Throws ValidationError for a key that comes twice or has AWS's reserved prefix. */
export function uniqueTags(pairs: readonly (readonly [string, string])[]): Map<string, string> {
  const seen = new Set<string>()
  for (const [key] of pairs) {
    const lower = key.toLowerCase()
    if (seen.has(lower)) {
      throw validationError(
        'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
      )
    }
    if (lower.startsWith('aws:'))
      throw validationError(`Tag key ${key} has the reserved prefix aws:`)
    seen.add(lower)
  }
  return new Map(pairs)
}

/** Percent of the space for policies and tags that is used; `undefined` when nothing was passed. Throws `PackedPolicyTooLarge`. */
export function packedPolicySize(
  input: SessionPolicyInput,
  tags: ReadonlyMap<string, string>,
): number | undefined {
  if (input.policy === undefined && input.policyArns.length === 0 && tags.size === 0) {
    return undefined
  }
  const packed = deflateRawSync(JSON.stringify([input.policy, input.policyArns, [...tags]]))
  const percent = Math.ceil((packed.length * 100) / packedBytes)
  if (percent > 100) {
    const what = tags.size > 0 ? 'Packed size of session tags' : 'Packed policy'
    throw new Fault(400, 'PackedPolicyTooLarge', `${what} consumes ${percent}% of allotted space.`)
  }
  return percent
}

/** The `Credentials` element. */
export function credentialsXml(session: Session): XmlContent {
  return {
    AccessKeyId: session.accessKeyId,
    SecretAccessKey: session.secretAccessKey,
    SessionToken: session.sessionToken,
    Expiration: awsTime(session.expiration),
  }
}
