import { AwsError } from '../errors.ts'
import { splitUrl } from '../http/split-url.ts'
import type { Environment } from './environment.ts'

/** The settings of instance metadata; each goes before its variable. */
export interface InstanceSettings {
  /** Default: AWS_EC2_METADATA_SERVICE_ENDPOINT, else by the mode. */
  readonly endpoint?: string | undefined
  /** Default: AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE, else `IPv4`. */
  readonly endpointMode?: string | undefined
  /**
   * Whether version 1 may be used where there is no version 2. Any program or forged request that makes the
   * instance fetch an address reads credentials from it. Default: no; AWS_EC2_METADATA_V1_DISABLED
   * forbids it in any case.
   */
  readonly allowV1?: boolean | undefined
  /** Milliseconds for one request. Default: AWS_METADATA_SERVICE_TIMEOUT (seconds), else 1 000. */
  readonly requestTimeoutMs?: number | undefined
  /** Default: AWS_METADATA_SERVICE_NUM_ATTEMPTS, else 3. */
  readonly attempts?: number | undefined
}

/** Settings that have been read and checked. */
export interface InstanceEndpoint {
  /** Without a slash at its end. */
  readonly url: string
  readonly allowV1: boolean
  readonly requestTimeoutMs: number
  readonly attempts: number
}

const endpoints: ReadonlyMap<string, string> = new Map([
  ['ipv4', 'http://169.254.169.254'],
  ['ipv6', 'http://[fd00:ec2::254]'],
])

/**
 * Where instance metadata is and how it is asked (AWS SDKs and Tools Reference Guide, "IMDS credential
 * provider"). Throws {@link AwsError}: `no_credentials` when AWS_EC2_METADATA_DISABLED is `true`, `bad_url` or
 * `invalid_argument`, which name the variable.
 */
export function instanceEndpoint(given: InstanceSettings, env: Environment): InstanceEndpoint {
  if (isTrue(env.AWS_EC2_METADATA_DISABLED)) {
    throw new AwsError('no_credentials', 'instance metadata: AWS_EC2_METADATA_DISABLED is true')
  }
  const mode = given.endpointMode || env.AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE || 'IPv4'
  const byMode = endpoints.get(mode.toLowerCase())
  if (byMode === undefined) {
    const message = 'AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: expected IPv4 or IPv6'
    throw new AwsError('invalid_argument', message)
  }
  const url = given.endpoint || env.AWS_EC2_METADATA_SERVICE_ENDPOINT || byMode
  return {
    url: checkedEndpoint(url).replace(/\/+$/, ''),
    allowV1: given.allowV1 === true && !isTrue(env.AWS_EC2_METADATA_V1_DISABLED),
    requestTimeoutMs:
      given.requestTimeoutMs ?? numberOf(env, 'AWS_METADATA_SERVICE_TIMEOUT', 1, 60) * 1_000,
    attempts: given.attempts ?? numberOf(env, 'AWS_METADATA_SERVICE_NUM_ATTEMPTS', 3, 10),
  }
}

/** `true` in any case, as AWS's tools read switches. */
export function isTrue(text: string | undefined): boolean {
  return text?.toLowerCase() === 'true'
}

function checkedEndpoint(url: string): string {
  try {
    if (splitUrl(url).query === '') return url
  } catch {
    // Told below, with the setting's name.
  }
  const message = 'AWS_EC2_METADATA_SERVICE_ENDPOINT: expected a URL such as http://169.254.169.254'
  throw new AwsError('bad_url', message)
}

function numberOf(env: Environment, name: string, preset: number, most: number): number {
  const text = env[name]
  if (!text) return preset
  const number = Number(text)
  if (number > 0 && number <= most) return number
  throw new AwsError('invalid_argument', `${name}: expected a number above 0, at most ${most}`)
}
