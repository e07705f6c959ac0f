import { AwsError, type CredentialSource } from '@rolecall/aws'
import { ServerError } from '../errors.ts'

/**
 * The gateway's own credentials. What fails while they are got is no fault of the role that is wanted, also
 * when it is AWS's refusal of a role in between: it is `gateway-credentials`, with the `AwsError` as cause.
 */
export function ownCredentials(source: CredentialSource): CredentialSource {
  const get = async () => {
    try {
      return await source.get()
    } catch (error) {
      throw error instanceof AwsError ? ownCredentialsFailure(error) : error
    }
  }
  return { get, describe: () => source.describe() }
}

/** `gateway-credentials`, with its cause. */
export function ownCredentialsFailure(error: AwsError): ServerError {
  const detail = `${error.code}: ${error.message}`
  return new ServerError('gateway-credentials', { detail, cause: error })
}
