/** Who signs in, and the ways in which our identity provider says so. */
import type { ResponseSigning } from '@rolecall/saml'
import type { KeyKind } from '../peers/key-pair.ts'

/** The person of every sign-in. What these values hold is what gets lost between two programs. */
export const person = {
  nameId: "ålice.o'hara@example.com",
  attributes: {
    uid: ['alice'],
    memberOf: ['staff', 'R&D', 'ops "night" <shift>'],
    note: [`< > & " ' é 日本 😀 tab:\t; semicolon, ]]> and &amp;`],
  },
} as const

/** One way to answer. */
export interface Variant {
  readonly title: string
  readonly sign: ResponseSigning['sign']
  readonly key: KeyKind
  /** How a part is encrypted, for the encryption key in the service provider's metadata. */
  readonly encrypt?: {
    readonly content: 'aes128-gcm' | 'aes256-gcm'
    /** The digest of RSA-OAEP. */
    readonly oaep: 'sha1' | 'sha256'
    /** What is encrypted; the assertion by default. */
    readonly part?: 'assertion' | 'nameId'
  }
}

const signs = [
  ['assertion', 'the assertion signed'],
  ['response', 'the response signed'],
  ['both', 'both signed'],
] as const

/** Every level of signature with RSA. */
export const rsaVariants: readonly Variant[] = signs.map(([sign, title]) => ({
  title: `${title}, RSA-SHA256`,
  sign,
  key: 'rsa-2048',
}))

/** Every level of signature with ECDSA. */
export const ecdsaVariants: readonly Variant[] = signs.map(([sign, title]) => ({
  title: `${title}, ECDSA P-256 SHA-256`,
  sign,
  key: 'p-256',
}))

/** The assertion encrypted, by the key transport that xmlsec1 1.2 knows. */
export const encryptedVariants: readonly Variant[] = [
  encrypted('assertion', { content: 'aes128-gcm', oaep: 'sha1' }),
  encrypted('response', { content: 'aes256-gcm', oaep: 'sha1' }),
  encrypted('both', { content: 'aes128-gcm', oaep: 'sha1' }),
]

/** The name encrypted inside the assertion. */
export const encryptedNameVariants: readonly Variant[] = [
  encrypted('assertion', { content: 'aes128-gcm', oaep: 'sha1', part: 'nameId' }),
]

/** The key transport of XML Encryption 1.1, with SHA-256. */
export const oaepSha256Variants: readonly Variant[] = [
  encrypted('assertion', { content: 'aes256-gcm', oaep: 'sha256' }),
  encrypted('both', { content: 'aes128-gcm', oaep: 'sha256' }),
]

function encrypted(sign: Variant['sign'], encrypt: NonNullable<Variant['encrypt']>): Variant {
  const level = signs.find(([name]) => name === sign)?.[1] ?? sign
  const part = encrypt.part === 'nameId' ? 'name' : 'assertion'
  const title = `${level}, the ${part} encrypted, ${encrypt.content}, RSA-OAEP ${encrypt.oaep}`
  return { title, sign, key: 'rsa-2048', encrypt }
}

/** The keys of all variants. */
export const variantKeys: readonly KeyKind[] = ['p-256', 'rsa-2048']
