import { type CredentialSource, checkedCredentials } from '../credentials/credentials.ts'
import { AwsError } from '../errors.ts'
import { parseRoleArn } from '../identifiers/arn.ts'
import type { AdapterAuthentication, AdapterSts } from './types.ts'

/** The properties of an adapter, checked. */
export interface Authentication {
  /** The base identity of the two keys; undefined when both are empty. */
  readonly keys: CredentialSource | undefined
  /** Secrets that stand in the properties. */
  readonly secrets: readonly string[]
  readonly adapterRole: string | undefined
  readonly sts: AdapterSts
  readonly logs: boolean
  readonly sensitive: readonly string[]
}

const stsKeys = {
  endpoint: 'string',
  region: 'string',
  proxy: 'string',
  sslEnable: 'boolean',
  externalId: 'string',
} as const
const ownKeys: ReadonlySet<string> = new Set([
  'aws_access_key',
  'aws_secret_key',
  'aws_session_token',
  'aws_iam_role',
  'aws_sts',
])

/**
 * Reads the adapter's properties, which may come from a file. A misspelled key that would change who
 * signs is refused, in place of being passed over. Throws {@link AwsError} `invalid_argument`,
 * `incomplete_credentials` or `bad_arn`, with the name of the key and never the value of a secret.
 */
export function readAuthentication(
  given: AdapterAuthentication,
  stsGiven: AdapterSts | undefined,
): Authentication {
  const at = 'authentication'
  if (given.auth_method !== 'aws_authentication') {
    throw invalid(`${at}.auth_method`, '"aws_authentication"')
  }
  for (const key of Object.keys(given)) {
    if (/^aws_/i.test(key) && !ownKeys.has(key)) {
      throw new AwsError(
        'invalid_argument',
        `${at}.${key}: there is no such key; expected one of ${[...ownKeys].join(', ')}`,
      )
    }
  }
  const accessKeyId = textOf(given, 'aws_access_key', at)
  const secretAccessKey = textOf(given, 'aws_secret_key', at)
  const sessionToken = textOf(given, 'aws_session_token', at)
  const isGiven = [accessKeyId, secretAccessKey, sessionToken].some(key => key !== undefined)
  const keys = isGiven ? keysOf({ accessKeyId, secretAccessKey, sessionToken }) : undefined
  const adapterRole = textOf(given, 'aws_iam_role', at)
  if (adapterRole !== undefined) parseRoleArn(adapterRole)
  if (stsGiven !== undefined && given.aws_sts !== undefined) {
    throw invalid('sts', 'either sts or authentication.aws_sts')
  }
  return Object.freeze({
    keys,
    secrets: [secretAccessKey, sessionToken].filter(each => each !== undefined),
    adapterRole,
    sts: readSts(stsGiven ?? given.aws_sts ?? {}, stsGiven ? 'sts' : `${at}.aws_sts`),
    logs: flagOf(given, 'auth_logging', at) ?? false,
    sensitive: namesOf(given.sensitive, `${at}.sensitive`),
  })
}

function keysOf(keys: {
  readonly accessKeyId: string | undefined
  readonly secretAccessKey: string | undefined
  readonly sessionToken: string | undefined
}): CredentialSource {
  const source = 'authentication.aws_access_key and aws_secret_key'
  const checked = checkedCredentials(source, keys)
  return Object.freeze({
    get: async () => checked,
    describe: () => `${source} (${checked.accessKeyId})`,
  })
}

function readSts(given: object, at: string): AdapterSts {
  for (const [key, value] of Object.entries(given)) {
    const type = Object.hasOwn(stsKeys, key) ? stsKeys[key as keyof typeof stsKeys] : undefined
    if (type === undefined) {
      throw new AwsError(
        'invalid_argument',
        `${at}.${key}: there is no such key; expected one of ${Object.keys(stsKeys).join(', ')}`,
      )
    }
    if (value !== undefined && typeof value !== type) throw invalid(`${at}.${key}`, `a ${type}`)
  }
  return given
}

/** A text that is there and not empty. */
function textOf(given: object, key: string, at: string): string | undefined {
  const value: unknown = Reflect.get(given, key)
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value !== 'string') throw invalid(`${at}.${key}`, 'a string')
  return value
}

function flagOf(given: object, key: string, at: string): boolean | undefined {
  const value: unknown = Reflect.get(given, key)
  if (value !== undefined && typeof value !== 'boolean') throw invalid(`${at}.${key}`, 'a boolean')
  return value
}

function namesOf(value: unknown, at: string): readonly string[] {
  if (value === undefined) return []
  if (!Array.isArray(value) || !value.every(each => typeof each === 'string' && each !== '')) {
    throw invalid(at, 'a list of names')
  }
  return value
}

function invalid(key: string, expected: string): AwsError {
  return new AwsError('invalid_argument', `${key}: expected ${expected}`)
}
