import { AwsError, type CredentialSource } from '@rolecall/aws'
import { Failure } from '../failure.ts'

/** The source, when it has credentials now: what is wrong is told at the start and not at the first request. */
export async function checkedSource(source: CredentialSource): Promise<CredentialSource> {
  try {
    await source.get()
    return source
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    throw new Failure('credentials', `no credentials to sign with: ${error.message}`, error.remedy)
  }
}
