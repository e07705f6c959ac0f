import { AwsError } from '../errors.ts'
import { parseRoleArn } from '../identifiers/arn.ts'
import type { StsParams } from './types.ts'

const isText = (value: unknown): boolean => typeof value === 'string'
const hasTexts =
  (...keys: readonly string[]) =>
  (value: unknown): boolean =>
    typeof value === 'object' &&
    value !== null &&
    keys.every(key => isText(Reflect.get(value, key)))
const isListOf =
  (fits: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    Array.isArray(value) && value.every(fits)

const text = { fits: isText, expected: 'a text' }

const forms: Readonly<
  Record<keyof StsParams, { readonly fits: (value: unknown) => boolean; readonly expected: string }>
> = {
  RoleArn: { fits: value => isText(value) && value !== '', expected: 'the ARN of a role' },
  RoleSessionName: text,
  ExternalId: text,
  DurationSeconds: { fits: value => typeof value === 'number', expected: 'a number' },
  Policy: text,
  PolicyArns: { fits: isListOf(hasTexts('arn')), expected: 'a list of {arn}' },
  Tags: { fits: isListOf(hasTexts('Key', 'Value')), expected: 'a list of {Key, Value}' },
  TransitiveTagKeys: { fits: isListOf(isText), expected: 'a list of texts' },
  SourceIdentity: text,
  SerialNumber: text,
  TokenCode: text,
}

/** What makes a session less than its role: null in the place of one is rather a mistake. */
const limits: ReadonlySet<string> = new Set(['Policy', 'PolicyArns'])

/**
 * The role of `authData.stsParams`, each parameter in the form that AWS knows: one in another form, such as
 * a list in the place of a policy, AWS would pass over, and give a session without it. Null is not given, but
 * for a policy.
 * Throws {@link AwsError} `invalid_argument` or `bad_arn`.
 */
export function readStsParams(given: object): StsParams {
  const names = Object.keys(forms)
  const params = Object.fromEntries(
    Object.entries(given).filter(
      ([key, value]) => value !== undefined && (value !== null || limits.has(key)),
    ),
  )
  for (const key of Object.keys(given)) {
    if (!names.includes(key)) {
      throw invalid(key, `one of ${names.join(', ')}; there is no such key`)
    }
  }
  for (const [key, { fits, expected }] of Object.entries(forms)) {
    const isThere = key in params || key === 'RoleArn'
    if (isThere && !fits(params[key])) throw invalid(key, expected)
  }
  // Every part of it was looked at above.
  const read = params as unknown as StsParams
  parseRoleArn(read.RoleArn)
  return Object.freeze(read)
}

function invalid(key: string, expected: string): AwsError {
  return new AwsError('invalid_argument', `authData.stsParams.${key}: expected ${expected}`)
}
