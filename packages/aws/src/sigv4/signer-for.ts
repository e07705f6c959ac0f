import { AwsError } from '../errors.ts'
import { ecdsaSigner } from './ecdsa-signer.ts'
import { hmacSigner } from './hmac-signer.ts'
import { checkRegionSet } from './region-set.ts'
import { ecdsaAlgorithm, type Signer } from './signer.ts'
import type { SigningOptions } from './types.ts'

const scopePart = /^[\w.-]{1,100}$/

/**
 * The signer that the options ask for, on a day (`YYYYMMDD`). Throws {@link AwsError} for a region or service
 * that would change the shape of the credential scope.
 */
export function signerFor(options: SigningOptions, date: string): Signer {
  const { credentials, region, service } = options
  if (!scopePart.test(service)) {
    throw new AwsError('invalid_argument', `cannot sign for the service ${JSON.stringify(service)}`)
  }
  if (options.algorithm === ecdsaAlgorithm) {
    checkRegionSet(region)
    return ecdsaSigner(credentials.accessKeyId, credentials.secretAccessKey, date, service)
  }
  if (!scopePart.test(region)) {
    throw new AwsError('bad_region', `cannot sign for the region ${JSON.stringify(region)}`)
  }
  return hmacSigner(credentials.secretAccessKey, date, region, service)
}
