import type { WeakAlgorithm } from '../signature/algorithms.ts'

const xenc = 'http://www.w3.org/2001/04/xmlenc#'
const xenc11 = 'http://www.w3.org/2009/xmlenc11#'
const dsig = 'http://www.w3.org/2000/09/xmldsig#'
const more = 'http://www.w3.org/2001/04/xmldsig-more#'

/** How content is encrypted (XML Encryption 1.1, sections 5.2.2 to 5.2.4). */
export interface ContentCipher {
  /** As `node:crypto` names it. */
  readonly cipher:
    | 'aes-128-gcm'
    | 'aes-192-gcm'
    | 'aes-256-gcm'
    | 'aes-128-cbc'
    | 'aes-192-cbc'
    | 'aes-256-cbc'
  readonly keyBytes: number
  /** Under which name it must be allowed, or undefined when it authenticates what it encrypts. */
  readonly weak?: WeakAlgorithm
}

/** The content encryption algorithms that are made. */
export type ContentEncryption = 'aes128-gcm' | 'aes256-gcm'

/** Algorithm URIs of what is made. */
export const contentUris: Readonly<Record<ContentEncryption, string>> = {
  'aes128-gcm': `${xenc11}aes128-gcm`,
  'aes256-gcm': `${xenc11}aes256-gcm`,
}

/** Content ciphers by their URI. The list is closed. */
export const contentCiphers: ReadonlyMap<string, ContentCipher> = new Map<string, ContentCipher>([
  [contentUris['aes128-gcm'], { cipher: 'aes-128-gcm', keyBytes: 16 }],
  [`${xenc11}aes192-gcm`, { cipher: 'aes-192-gcm', keyBytes: 24 }],
  [contentUris['aes256-gcm'], { cipher: 'aes-256-gcm', keyBytes: 32 }],
  [`${xenc}aes128-cbc`, { cipher: 'aes-128-cbc', keyBytes: 16, weak: 'aes128-cbc' }],
  [`${xenc}aes192-cbc`, { cipher: 'aes-192-cbc', keyBytes: 24, weak: 'aes192-cbc' }],
  [`${xenc}aes256-cbc`, { cipher: 'aes-256-cbc', keyBytes: 32, weak: 'aes256-cbc' }],
])

/** The hashes of RSA-OAEP. SHA-1 is sound there: nothing rests on its collisions (RFC 8017, B.1). */
export type OaepHash = 'sha1' | 'sha256' | 'sha384' | 'sha512'

/** Key transport by RSA-OAEP with a mask function on SHA-1, and with one that is named (5.5.2). */
export const oaepMgf1p = `${xenc}rsa-oaep-mgf1p`
export const oaep = `${xenc11}rsa-oaep`

/** DigestMethod URIs. */
export const oaepDigests: Readonly<Record<OaepHash, string>> = {
  sha1: `${dsig}sha1`,
  sha256: `${xenc}sha256`,
  sha384: `${more}sha384`,
  sha512: `${xenc}sha512`,
}

/** MGF URIs. */
export const maskFunctions: Readonly<Record<OaepHash, string>> = {
  sha1: `${xenc11}mgf1sha1`,
  sha256: `${xenc11}mgf1sha256`,
  sha384: `${xenc11}mgf1sha384`,
  sha512: `${xenc11}mgf1sha512`,
}
