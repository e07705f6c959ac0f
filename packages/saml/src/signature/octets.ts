import { createPrivateKey, createPublicKey, KeyObject, sign, verify } from 'node:crypto'
import { SamlError } from '../errors.ts'
import {
  type KeyInput,
  type SignatureAlgorithm,
  type SignatureMethod,
  type SigningKey,
  signatureMethods,
} from './algorithms.ts'

const maxKeys = 8
const minRsaBits = 2048
const curveHashes: Readonly<Record<string, SignatureAlgorithm>> = {
  prime256v1: 'ecdsa-sha256',
  secp384r1: 'ecdsa-sha384',
  secp521r1: 'ecdsa-sha512',
}

/** A private key that is loaded and an algorithm that fits it. */
export interface ReadySigner {
  readonly key: KeyObject
  readonly method: SignatureMethod
}

/** Loads a signing key and picks its algorithm; refuses a weak key or an algorithm that does not fit. */
export function readySigner(signing: SigningKey): ReadySigner {
  const key = privateKeyOf(signing.key)
  const algorithm = signing.algorithm ?? defaultAlgorithm(key)
  const method = algorithm === undefined ? undefined : signatureMethods[algorithm]
  if (method === undefined || !fits(key, method)) {
    throw new SamlError('option.invalid', {
      check: 'signing key',
      expected: `RSA of ${minRsaBits} bits or more, or EC on P-256, P-384 or P-521, with its algorithm`,
      received: `${key.asymmetricKeyType ?? 'no'} key with ${algorithm ?? 'no algorithm'}`,
    })
  }
  return { key, method }
}

/** Signs octets; `text` may depend on the algorithm's URI. ECDSA values are r||s (RFC 9231, 2.3.6). */
export function signOctets(
  text: string | ((algorithm: string) => string),
  signing: SigningKey,
): { readonly octets: string; readonly signature: Buffer } {
  const { key, method } = readySigner(signing)
  const octets = typeof text === 'string' ? text : text(method.uri)
  const signature = sign(method.hash, Buffer.from(octets, 'utf8'), {
    key,
    dsaEncoding: 'ieee-p1363',
  })
  return { octets, signature }
}

/** Verifies a signature over octets with one of at most 8 pinned keys, or throws. */
export function verifyOctets(
  octets: string,
  signature: Uint8Array,
  algorithmUri: string,
  keys: readonly KeyInput[],
): void {
  const method = Object.values(signatureMethods).find(each => each.uri === algorithmUri)
  if (method === undefined) {
    throw new SamlError('signature.algorithm', { check: 'SigAlg', received: algorithmUri })
  }
  if (keys.length === 0 || keys.length > maxKeys) {
    throw new SamlError('option.invalid', {
      check: 'keys',
      expected: `1 to ${maxKeys} keys`,
      received: String(keys.length),
    })
  }
  const data = Buffer.from(octets, 'utf8')
  for (const input of keys) {
    const key = publicKeyOf(input)
    if (!fits(key, method)) continue
    if (verify(method.hash, data, { key, dsaEncoding: 'ieee-p1363' }, signature) === true) return
  }
  throw new SamlError('signature.value', {
    check: 'signature over the query',
    expected: 'a signature by one of the given keys',
  })
}

function privateKeyOf(input: string | KeyObject): KeyObject {
  if (input instanceof KeyObject) return input
  try {
    return createPrivateKey(input)
  } catch {
    throw new SamlError('option.invalid', { check: 'signing key', expected: 'a PEM private key' })
  }
}

function publicKeyOf(input: KeyInput): KeyObject {
  if (input instanceof KeyObject) return input
  try {
    return createPublicKey(input)
  } catch {
    throw new SamlError('option.invalid', {
      check: 'key',
      expected: 'a PEM certificate or a PEM public key',
    })
  }
}

function defaultAlgorithm(key: KeyObject): SignatureAlgorithm | undefined {
  if (key.asymmetricKeyType === 'rsa') return 'rsa-sha256'
  return curveHashes[key.asymmetricKeyDetails?.namedCurve ?? '']
}

function fits(key: KeyObject, method: SignatureMethod): boolean {
  if (key.asymmetricKeyType !== method.keyType) return false
  const { modulusLength = 0, namedCurve = '' } = key.asymmetricKeyDetails ?? {}
  return method.keyType === 'rsa' ? modulusLength >= minRsaBits : namedCurve in curveHashes
}
