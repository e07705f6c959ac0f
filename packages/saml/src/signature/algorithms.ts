import { hash as hashOnce, type KeyObject } from 'node:crypto'

/** A PEM certificate, a PEM public key, or a public `KeyObject`. */
export type KeyInput = string | KeyObject

/** The signature algorithms that this library makes and accepts. */
export type SignatureAlgorithm =
  | 'rsa-sha256'
  | 'rsa-sha384'
  | 'rsa-sha512'
  | 'ecdsa-sha256'
  | 'ecdsa-sha384'
  | 'ecdsa-sha512'

/**
 * A private key, with the PEM certificate to name in KeyInfo. A `KeyObject` signs twice as fast as
 * PEM, which is parsed for each signature because this library keeps no secret.
 */
export interface SigningKey {
  readonly key: string | KeyObject
  readonly certificate?: string
  /** Default: SHA-256 for RSA and P-256, SHA-384 for P-384, SHA-512 for P-521. */
  readonly algorithm?: SignatureAlgorithm
}

/**
 * What is refused unless it is named: SHA-1 and DSA signatures, SHA-1 digests, RSA keys of 1024 to
 * 2047 bits, and the encryption modes that do not authenticate, which count only under a signature.
 */
export const weakAlgorithms = [
  'rsa-sha1',
  'ecdsa-sha1',
  'dsa-sha1',
  'dsa-sha256',
  'sha1',
  'rsa-1024',
  'aes128-cbc',
  'aes192-cbc',
  'aes256-cbc',
] as const

/** One of them. */
export type WeakAlgorithm = (typeof weakAlgorithms)[number]

/** The weak algorithms that a caller named; none is the default. */
export type Allowed = ReadonlySet<WeakAlgorithm>
export const noneAllowed: Allowed = new Set()

/** The digest names of `node:crypto` that XML signatures use. */
export type Hash = 'sha1' | 'sha256' | 'sha384' | 'sha512'

/** What an algorithm's name stands for. */
export interface SignatureMethod {
  readonly uri: string
  readonly keyType: 'rsa' | 'ec' | 'dsa'
  readonly hash: Hash
}

const more = 'http://www.w3.org/2001/04/xmldsig-more#'

/** SignatureMethod identifiers (RFC 9231 sections 2.3.2 to 2.3.6). The list is closed. */
export const signatureMethods: Readonly<Record<SignatureAlgorithm, SignatureMethod>> = {
  'rsa-sha256': { uri: `${more}rsa-sha256`, keyType: 'rsa', hash: 'sha256' },
  'rsa-sha384': { uri: `${more}rsa-sha384`, keyType: 'rsa', hash: 'sha384' },
  'rsa-sha512': { uri: `${more}rsa-sha512`, keyType: 'rsa', hash: 'sha512' },
  'ecdsa-sha256': { uri: `${more}ecdsa-sha256`, keyType: 'ec', hash: 'sha256' },
  'ecdsa-sha384': { uri: `${more}ecdsa-sha384`, keyType: 'ec', hash: 'sha384' },
  'ecdsa-sha512': { uri: `${more}ecdsa-sha512`, keyType: 'ec', hash: 'sha512' },
}

const dsig = 'http://www.w3.org/2000/09/xmldsig#'

/** Verified only where they are named, and never made (xmldsig-core 6.4, RFC 9231 section 2.3.6). */
const weakMethods: Readonly<
  Record<'rsa-sha1' | 'ecdsa-sha1' | 'dsa-sha1' | 'dsa-sha256', SignatureMethod>
> = {
  'rsa-sha1': { uri: `${dsig}rsa-sha1`, keyType: 'rsa', hash: 'sha1' },
  'ecdsa-sha1': { uri: `${more}ecdsa-sha1`, keyType: 'ec', hash: 'sha1' },
  'dsa-sha1': { uri: `${dsig}dsa-sha1`, keyType: 'dsa', hash: 'sha1' },
  'dsa-sha256': {
    uri: 'http://www.w3.org/2009/xmldsig11#dsa-sha256',
    keyType: 'dsa',
    hash: 'sha256',
  },
}

/**
 * DigestMethod identifiers (XML Encryption 5.7, RFC 9231 section 2.1, xmldsig-core 6.2). The list is
 * closed; SHA-1 counts only where it is named.
 */
export const digestMethods: Readonly<Record<Hash, string>> = {
  sha1: `${dsig}sha1`,
  sha256: 'http://www.w3.org/2001/04/xmlenc#sha256',
  sha384: `${more}sha384`,
  sha512: 'http://www.w3.org/2001/04/xmlenc#sha512',
}

/** The digest of a text's UTF-8 octets. */
export function digest(hash: Hash, text: string): Buffer {
  // Of a text with wide characters Node makes the octets three times faster when asked for them.
  return hashOnce(hash, /[\u0100-\uFFFF]/.test(text) ? Buffer.from(text, 'utf8') : text, 'buffer')
}

/** Finds a signature method by its URI, byte for byte (R7). */
export function methodOf(uri: string, allowed: Allowed): SignatureMethod | undefined {
  return methodsByUri.get(uri) ?? weakMethod(uri, allowed)
}

/** Finds a digest by its URI, byte for byte (R7). */
export function hashOf(uri: string, allowed: Allowed): Hash | undefined {
  const hash = hashesByUri.get(uri)
  return hash === 'sha1' && !allowed.has('sha1') ? undefined : hash
}

function weakMethod(uri: string, allowed: Allowed): SignatureMethod | undefined {
  const found = Object.entries(weakMethods).find(([, method]) => method.uri === uri)
  return found !== undefined && allowed.has(found[0] as WeakAlgorithm) ? found[1] : undefined
}

const methodsByUri: ReadonlyMap<string, SignatureMethod> = new Map(
  Object.values(signatureMethods).map(method => [method.uri, method]),
)
const hashesByUri: ReadonlyMap<string, Hash> = new Map(
  Object.entries(digestMethods).map(([hash, uri]) => [uri, hash as Hash]),
)
