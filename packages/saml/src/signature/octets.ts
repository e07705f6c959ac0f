import { createPrivateKey, KeyObject, sign } from 'node:crypto'
import { SamlError } from '../errors.ts'
import {
  type SignatureAlgorithm,
  type SignatureMethod,
  type SigningKey,
  signatureMethods,
} from './algorithms.ts'

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

/** What is to be signed, and how. */
export interface SigningJob extends ReadySigner {
  readonly octets: string
}

/** Loads a signing key and picks its algorithm; refuses a weak key or an algorithm that does not fit. */
export function readySigner(signing: SigningKey): ReadySigner {
  const key = privateKeyOf(signing.key)
  const known = readySigners.get(key)
  if (known !== undefined && known.algorithm === signing.algorithm) return known.signer
  const signer = madeReady(key, signing)
  readySigners.set(key, { algorithm: signing.algorithm, signer })
  return signer
}

// What a key is costs time to ask, and does not change.
const readySigners = new WeakMap<
  KeyObject,
  { readonly algorithm: SignatureAlgorithm | undefined; readonly signer: ReadySigner }
>()

function madeReady(key: KeyObject, signing: SigningKey): ReadySigner {
  const algorithm = signing.algorithm ?? defaultAlgorithm(key)
  const method = algorithm === undefined ? undefined : signatureMethods[algorithm]
  if (method === undefined || !fits(key, method)) {
    throw new SamlError('option.invalid', {
      check: 'signing key',
      expected: `a private key, RSA of ${minRsaBits} bits or more or EC on P-256, P-384 or P-521, with its algorithm`,
      received: `a ${key.type} ${key.asymmetricKeyType ?? ''} key with ${algorithm ?? 'no algorithm'}`,
    })
  }
  return { key, method }
}

/** Signs octets; `text` may depend on the algorithm's URI. */
export function signOctets(
  text: string | ((algorithm: string) => string),
  signing: SigningKey,
): { readonly octets: string; readonly signature: Buffer } {
  const { key, method } = readySigner(signing)
  const octets = typeof text === 'string' ? text : text(method.uri)
  return { octets, signature: signNow({ octets, key, method }) }
}

/** Makes a signature here and now. ECDSA values are r||s (RFC 9231, 2.3.6). */
export function signNow({ octets, key, method }: SigningJob): Buffer {
  return sign(method.hash, Buffer.from(octets, 'utf8'), inputOf(key, method))
}

/** Makes a signature on the thread pool. */
export function signOnPool({ octets, key, method }: SigningJob): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    sign(method.hash, Buffer.from(octets, 'utf8'), inputOf(key, method), (error, signature) => {
      if (error === null) resolve(signature)
      else reject(error)
    })
  })
}

function inputOf(key: KeyObject, { keyType }: SignatureMethod) {
  return keyType === 'ec' ? ({ key, dsaEncoding: 'ieee-p1363' } as const) : key
}

function privateKeyOf(input: string | KeyObject): KeyObject {
  if (input instanceof KeyObject) return input
  try {
    return createPrivateKey(input)
  } catch {
    throw new SamlError('option.invalid', { check: 'signing key', expected: 'a PEM private key' })
  }
}

function defaultAlgorithm(key: KeyObject): SignatureAlgorithm | undefined {
  if (key.asymmetricKeyType === 'rsa') return 'rsa-sha256'
  return curveHashes[key.asymmetricKeyDetails?.namedCurve ?? '']
}

function fits(key: KeyObject, method: SignatureMethod): boolean {
  if (key.type !== 'private' || key.asymmetricKeyType !== method.keyType) return false
  const { modulusLength = 0, namedCurve = '' } = key.asymmetricKeyDetails ?? {}
  return method.keyType === 'rsa'
    ? modulusLength >= minRsaBits
    : Object.hasOwn(curveHashes, namedCurve)
}
