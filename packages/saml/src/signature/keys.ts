import { createPublicKey, KeyObject, verify, X509Certificate } from 'node:crypto'
import { SamlError } from '../errors.ts'
import { allowOption } from '../protocol/check-option.ts'
import type { Allowed, KeyInput, SignatureMethod, WeakAlgorithm } from './algorithms.ts'

/** A public key that may verify: its kind, and how long its signatures are. */
interface VerificationKey {
  readonly key: KeyObject
  readonly type: 'rsa' | 'ec' | 'dsa'
  readonly signatureBytes: number
  /** Whether it counts only where a weak algorithm is allowed by name. */
  readonly isWeak: boolean
}

/** Why an input is no such key. */
interface Unusable {
  readonly type: 'unusable'
  readonly expected: string
  readonly received?: string
}

type Loaded = VerificationKey | Unusable

const maxKeys = 8
const minRsaBits = 2048
const minWeakRsaBits = 1024
const dsaSubgroupBits: readonly number[] = [160, 224, 256]
const curveBytes: ReadonlyMap<string, number> = new Map([
  ['prime256v1', 32],
  ['secp384r1', 48],
  ['secp521r1', 66],
])

const acceptableKeys = `a public key: RSA of ${minRsaBits} bits or more, or EC on P-256, P-384 or P-521`

// Building a key from PEM costs as much as a verification. Bounded: text comes from configuration
// and metadata, yet nothing here may grow without end.
const maxCached = 256
const fromPem = new Map<string, VerificationKey>()
const fromObject = new WeakMap<KeyObject, VerificationKey>()

/**
 * Verifies a signature with one of at most 8 pinned keys (R8) or throws: `signature.algorithm` when
 * no key is of the method's kind, `signature.value` when none of them made it, `signature.key` when
 * no key is acceptable. One that is not, beside others that are, is passed over: metadata often
 * carries an old key too. ECDSA values are r||s (RFC 9231, 2.3.6).
 */
export function verifyWithKeys(
  octets: string,
  signature: Uint8Array,
  method: SignatureMethod,
  keys: readonly KeyInput[],
  allowed: Allowed,
): void {
  const fitting = usableKeys(keys, allowed).filter(({ type }) => type === method.keyType)
  if (fitting.length === 0) {
    throw new SamlError('signature.algorithm', {
      check: 'SignatureMethod for the pinned keys',
      expected: 'an algorithm for one of them',
      received: method.uri,
    })
  }
  const data = Buffer.from(octets, 'utf8')
  if (fitting.some(key => isMadeBy(key, method, data, signature))) return
  throw new SamlError('signature.value', {
    check: 'SignatureValue',
    expected: 'a signature by one of the pinned keys',
  })
}

function usableKeys(keys: readonly KeyInput[], allowed: Allowed): readonly VerificationKey[] {
  const loaded = keys.map(key => strongEnough(loadKey(key), allowed))
  const usable = loaded.filter(each => each.type !== 'unusable')
  const [first] = loaded
  if (usable.length === 0 && first?.type === 'unusable') refuse(first)
  if (usable.length > 0 && usable.length <= maxKeys) return usable
  throw new SamlError('option.invalid', {
    check: 'keys',
    expected: `1 to ${maxKeys} keys`,
    received: String(usable.length),
  })
}

/** A DSA key can only have made a DSA signature, whose method must be allowed by name itself. */
function strongEnough(key: Loaded, allowed: Allowed): Loaded {
  if (key.type !== 'rsa' || !key.isWeak || allowed.has('rsa-1024')) return key
  return unusable(acceptableKeys, `a key of ${key.signatureBytes * 8} bits`)
}

function isMadeBy(
  { key, type, signatureBytes }: VerificationKey,
  method: SignatureMethod,
  data: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (signature.length !== signatureBytes) return false
  const input = type === 'rsa' ? key : ({ key, dsaEncoding: 'ieee-p1363' } as const)
  try {
    return verify(method.hash, data, input, signature) === true
  } catch {
    return false
  }
}

/**
 * Refuses a key that could not verify anything, weak algorithms counting as far as they are allowed
 * by name: for checking configuration before it is needed.
 */
export function checkKey(input: KeyInput, allow?: readonly WeakAlgorithm[]): void {
  const allowed = allowOption(allow)
  const loaded = strongEnough(loadKey(input), allowed)
  if (loaded.type === 'unusable') refuse(loaded)
  if (loaded.type !== 'dsa' || allowed.has('dsa-sha1') || allowed.has('dsa-sha256')) return
  refuse(unusable(acceptableKeys, 'a DSA key'))
}

function refuse({ expected, received }: Unusable): never {
  const details = { check: 'key', expected }
  throw new SamlError('signature.key', received === undefined ? details : { ...details, received })
}

function loadKey(input: KeyInput): Loaded {
  if (typeof input !== 'string' && !(input instanceof KeyObject)) {
    return unusable('a PEM text or a KeyObject', typeof input)
  }
  const cached = typeof input === 'string' ? fromPem.get(input) : fromObject.get(input)
  if (cached !== undefined) return cached
  const object = typeof input === 'string' ? publicKeyOf(input) : input
  const key =
    object === undefined ? unusable('one PEM block, CERTIFICATE or PUBLIC KEY') : acceptable(object)
  // A key that could not be read may be readable the next time.
  if (key.type !== 'unusable') remember(input, key)
  return key
}

function remember(input: KeyInput, key: VerificationKey): void {
  if (typeof input !== 'string') {
    fromObject.set(input, key)
    return
  }
  const [oldest] = fromPem.keys()
  if (fromPem.size === maxCached && oldest !== undefined) fromPem.delete(oldest)
  fromPem.set(input, key)
}

/** The key of a PEM text with one block. A private key is refused although Node would take it. */
function publicKeyOf(pem: string): KeyObject | undefined {
  const labels = Array.from(pem.matchAll(/-----BEGIN ([A-Z0-9 ]{1,40})-----/g), match => match[1])
  const [label] = labels
  try {
    if (labels.length === 1 && label === 'CERTIFICATE') return new X509Certificate(pem).publicKey
    if (labels.length === 1 && label === 'PUBLIC KEY') return createPublicKey(pem)
  } catch {
    // Unusable like every other text.
  }
  return undefined
}

function acceptable(key: KeyObject): Loaded {
  const { asymmetricKeyType, asymmetricKeyDetails: details = {} } = key
  if (key.type === 'public' && asymmetricKeyType === 'rsa') {
    const bits = details.modulusLength ?? 0
    const signatureBytes = Math.ceil(bits / 8)
    if (bits >= minWeakRsaBits) {
      return { key, type: 'rsa', signatureBytes, isWeak: bits < minRsaBits }
    }
  }
  if (key.type === 'public' && asymmetricKeyType === 'dsa') {
    const bits = details.divisorLength ?? 0
    if (dsaSubgroupBits.includes(bits)) {
      return { key, type: 'dsa', signatureBytes: bits / 4, isWeak: true }
    }
  }
  if (key.type === 'public' && asymmetricKeyType === 'ec') {
    const bytes = curveBytes.get(details.namedCurve ?? '')
    if (bytes !== undefined) return { key, type: 'ec', signatureBytes: 2 * bytes, isWeak: false }
  }
  return unusable(acceptableKeys, `${key.type} ${asymmetricKeyType ?? 'symmetric'} key`)
}

function unusable(expected: string, received?: string): Unusable {
  return { type: 'unusable', expected, ...(received === undefined ? {} : { received }) }
}
