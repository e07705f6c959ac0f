import { AwsError } from '@rolecall/aws'
import { Failure } from '../failure.ts'

/** A failure of a credential source as the end of a verb; what is not AWS's stays as it is. */
export function credentialFailure(error: unknown, profile: string | undefined): unknown {
  if (!(error instanceof AwsError)) return error
  const { code, message, remedy } = error
  const hint =
    code === 'no_credentials' && profile === undefined
      ? 'name a profile with --profile, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY'
      : remedy
  return new Failure('credentials', `${message} (${code})`, hint)
}
