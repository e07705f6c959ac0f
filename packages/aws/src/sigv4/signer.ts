/** The two algorithms of Signature Version 4: with an HMAC for one region, with ECDSA for a set (SigV4A). */
export type SigningAlgorithm = 'AWS4-HMAC-SHA256' | 'AWS4-ECDSA-P256-SHA256'

/** SigV4. */
export const hmacAlgorithm = 'AWS4-HMAC-SHA256'

/** SigV4A. */
export const ecdsaAlgorithm = 'AWS4-ECDSA-P256-SHA256'

/** What ends a credential scope. */
export const terminator = 'aws4_request'

/** Signs and verifies for one key, day and service; for SigV4 also one region. */
export interface Signer {
  readonly algorithm: SigningAlgorithm
  /** The credential scope without the access key ID: `YYYYMMDD/region/service/aws4_request`. */
  readonly scope: string
  /** The signature of a string to sign: hex; for SigV4A of the DER form, other each time. */
  readonly sign: (stringToSign: string) => string
  /** Whether the signature is one of that text; for SigV4 in constant time. */
  readonly verify: (stringToSign: string, signature: string) => boolean
}

/** What a signature looks like: hex in lower case, 32 bytes for SigV4, a DER sequence of two numbers for SigV4A. */
export const signatureForms: Readonly<Record<SigningAlgorithm, RegExp>> = {
  [hmacAlgorithm]: /^[0-9a-f]{64}$/,
  [ecdsaAlgorithm]: /^30(?:[0-9a-f]{2}){7,71}$/,
}
