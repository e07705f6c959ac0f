import { sign, verify } from 'node:crypto'
import { ecdsaKey } from './ecdsa-key.ts'
import { ecdsaAlgorithm, type Signer, signatureForms, terminator } from './signer.ts'

/** The signer of an access key for a day (`YYYYMMDD`) and service with SigV4A. */
export function ecdsaSigner(
  accessKeyId: string,
  secret: string,
  date: string,
  service: string,
): Signer {
  const { privateKey, publicKey } = ecdsaKey(accessKeyId, secret)
  return {
    algorithm: ecdsaAlgorithm,
    scope: `${date}/${service}/${terminator}`,
    sign: text => sign('sha256', Buffer.from(text), privateKey).toString('hex'),
    verify: (text, signature) =>
      signatureForms[ecdsaAlgorithm].test(signature) &&
      verify('sha256', Buffer.from(text), publicKey, Buffer.from(signature, 'hex')),
  }
}
