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

/** The digest names of `node:crypto` that XML signatures use. */
export type Hash = 'sha256' | 'sha384' | 'sha512'

/** What an algorithm's name stands for. */
export interface SignatureMethod {
  readonly uri: string
  readonly keyType: 'rsa' | 'ec'
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

/** DigestMethod identifiers (XML Encryption 5.7, RFC 9231 section 2.1). The list is closed. */
export const digestMethods: Readonly<Record<Hash, string>> = {
  sha256: 'http://www.w3.org/2001/04/xmlenc#sha256',
  sha384: `${more}sha384`,
  sha512: 'http://www.w3.org/2001/04/xmlenc#sha512',
}

/** The digest of a text's UTF-8 octets. */
export function digest(hash: Hash, text: string): Buffer {
  return hashOnce(hash, text, 'buffer')
}

/** Finds a signature method by its URI, byte for byte (R7). */
export function methodOf(uri: string): SignatureMethod | undefined {
  return methodsByUri.get(uri)
}

const methodsByUri: ReadonlyMap<string, SignatureMethod> = new Map(
  Object.values(signatureMethods).map(method => [method.uri, method]),
)
