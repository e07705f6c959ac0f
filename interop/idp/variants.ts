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

/** The keys of all variants. */
export const variantKeys: readonly KeyKind[] = ['p-256', 'rsa-2048']
