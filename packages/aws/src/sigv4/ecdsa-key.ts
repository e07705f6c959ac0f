import {
  createECDH,
  createHmac,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
} from 'node:crypto'
import { boundedCache } from '../bounded-cache.ts'
import { AwsError } from '../errors.ts'
import { ecdsaAlgorithm } from './signer.ts'

/** The key pair that SigV4A derives from a secret access key. */
export interface EcdsaKey {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

const keys = boundedCache<EcdsaKey>(128)

/**
 * The P-256 key pair of an access key (IAM User Guide, "Create a signed AWS API request", SigV4A): it
 * does not depend on day, region or service. The latest 128 are kept.
 */
export function ecdsaKey(accessKeyId: string, secret: string): EcdsaKey {
  // An access key ID has no slash in it.
  return keys.get(`${accessKeyId}/${secret}`, () => derive(accessKeyId, secret))
}

// The order of the curve, less two: a candidate up to it gives a private key from 1 to the order less one.
const largestCandidate = Buffer.from(
  'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc63254f',
  'hex',
)

function derive(accessKeyId: string, secret: string): EcdsaKey {
  for (let counter = 1; counter <= 254; counter++) {
    const candidate = candidateOf(accessKeyId, secret, counter)
    if (candidate.compare(largestCandidate) <= 0) return keyPair(plusOne(candidate))
  }
  // The chance of one refused candidate is 2⁻³²: this does not happen.
  throw new AwsError('invalid_argument', 'no SigV4A key can be derived from this access key')
}

/** NIST SP 800-108, counter mode with HMAC-SHA256, one block of 256 bits. */
function candidateOf(accessKeyId: string, secret: string, counter: number): Buffer {
  return createHmac('sha256', `AWS4A${secret}`)
    .update(Buffer.from([0, 0, 0, 1]))
    .update(ecdsaAlgorithm)
    .update(Buffer.from([0]))
    .update(accessKeyId)
    .update(Buffer.from([counter]))
    .update(Buffer.from([0, 0, 1, 0]))
    .digest()
}

function plusOne(bytes: Buffer): Buffer {
  const number = BigInt(`0x${bytes.toString('hex')}`) + 1n
  return Buffer.from(number.toString(16).padStart(64, '0'), 'hex')
}

function keyPair(d: Buffer): EcdsaKey {
  const curve = createECDH('prime256v1')
  curve.setPrivateKey(d)
  // 0x04, then the two coordinates.
  const point = curve.getPublicKey()
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    x: point.toString('base64url', 1, 33),
    y: point.toString('base64url', 33, 65),
  }
  return {
    privateKey: createPrivateKey({ format: 'jwk', key: { ...jwk, d: d.toString('base64url') } }),
    publicKey: createPublicKey({ format: 'jwk', key: jwk }),
  }
}
