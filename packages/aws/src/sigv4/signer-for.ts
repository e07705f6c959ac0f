import { checkScopePart } from './credential-scope.ts'
import { ecdsaSigner } from './ecdsa-signer.ts'
import { hmacSigner } from './hmac-signer.ts'
import { checkRegionSet } from './region-set.ts'
import { ecdsaAlgorithm, type Signer } from './signer.ts'
import type { SigningOptions } from './types.ts'

/**
 * The signer that the options ask for, on a day (`YYYYMMDD`). Throws {@link AwsError} for a region or service
 * that would change the shape of the credential scope.
 */
export function signerFor(options: SigningOptions, date: string): Signer {
  const { credentials, region, service } = options
  if (options.algorithm !== ecdsaAlgorithm) {
    return hmacSigner(credentials.secretAccessKey, date, region, service)
  }
  checkScopePart('service', service)
  checkRegionSet(region)
  return ecdsaSigner(credentials.accessKeyId, credentials.secretAccessKey, date, service)
}
