import type { CredentialSource } from './credentials.ts'
import { instanceCredentials } from './instance.ts'
import { isTrue } from './instance-endpoint.ts'
import { badProfile, type ProfileScope, textOf } from './profile-scope.ts'

/** Instance metadata with the settings of a profile, before which the variables go. */
export function instanceOf(scope: ProfileScope): CredentialSource {
  const { env, options } = scope
  const unlessSet = (key: string, variable: string) =>
    env[variable] ? undefined : textOf(scope, key)
  const seconds = unlessSet('metadata_service_timeout', 'AWS_METADATA_SERVICE_TIMEOUT')
  const attempts = unlessSet('metadata_service_num_attempts', 'AWS_METADATA_SERVICE_NUM_ATTEMPTS')
  const prefix = 'AWS_EC2_METADATA_SERVICE_ENDPOINT'
  return instanceCredentials({
    env,
    http: options.localHttp,
    endpoint: unlessSet('ec2_metadata_service_endpoint', prefix),
    endpointMode: unlessSet('ec2_metadata_service_endpoint_mode', `${prefix}_MODE`),
    // AWS's own tools allow version 1 unless told otherwise; here it has to be asked for in so many words.
    allowV1: isFalse(env.AWS_EC2_METADATA_V1_DISABLED || textOf(scope, 'ec2_metadata_v1_disabled')),
    requestTimeoutMs: seconds === undefined ? undefined : numberIn(scope, seconds, 60) * 1_000,
    attempts: attempts === undefined ? undefined : Math.ceil(numberIn(scope, attempts, 10)),
  })
}

function isFalse(text: string | undefined): boolean {
  return text !== undefined && !isTrue(text) && text.toLowerCase() === 'false'
}

function numberIn(scope: ProfileScope, text: string, most: number): number {
  const number = Number(text)
  if (number > 0 && number <= most) return number
  throw badProfile(scope, `metadata_service_…: expected numbers above 0, at most ${most}`)
}
